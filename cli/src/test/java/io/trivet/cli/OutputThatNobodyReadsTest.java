package io.trivet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.cli.text.ExitCode;
import io.trivet.client.Profile;
import io.trivet.client.Profiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Standard output is full or closed, with a real node: what was done is never reported as failed,
 * and no secret is lost.
 */
final class OutputThatNobodyReadsTest {
    @TempDir
    static Path base;

    private static LiveCluster cluster;

    @BeforeAll
    static void start() throws IOException {
        cluster = LiveCluster.start(base);
        assertThat(run(OutputStream.nullOutputStream(), "user", "add", "alice").code())
                .isZero();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static CommandRun run(OutputStream out, String... arguments) {
        InputStream input = new ByteArrayInputStream("bytes".getBytes(StandardCharsets.UTF_8));
        return cluster.run(base, input, out, arguments);
    }

    /** As {@code /dev/full}, or a pipe whose reader is gone. */
    private static OutputStream failing(String how) {
        return new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw new IOException(how);
            }
        };
    }

    private static OutputStream full() {
        return failing("No space left on device");
    }

    private static OutputStream closed() {
        return failing("Broken pipe");
    }

    private static String secrets() {
        return cluster.run(base, InputStream.nullInputStream(), "user", "list", "--json")
                .out();
    }

    @Test
    void aSecretThatCouldNotBeShownIsNotChanged() {
        String before = secrets();
        for (OutputStream out : new OutputStream[] {full(), closed()}) {
            CommandRun run = run(out, "user", "rotate", "alice");
            assertThat(run.code()).isNotZero();
        }
        assertThat(secrets()).isEqualTo(before);
    }

    @Test
    void aUserWhoseSecretNobodySawCanBeGivenAnother() {
        CommandRun run = run(full(), "user", "add", "bob");
        assertThat(run.code()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("`trivet user rotate bob` makes another one");
        assertThat(secrets()).contains("\"bob\"");
    }

    /** The secret is in a file before anybody knows the user, so a closed output loses nothing. */
    @Test
    void aUserWithAProfileNeedsNoOutput() throws IOException {
        Path file = base.resolve("carol.profile");
        run(closed(), "user", "add", "carol", "--profile", file.toString());
        Profile profile = Profile.read(file);
        assertThat(profile.accessKey()).isEqualTo("carol");
        run(OutputStream.nullOutputStream(), "user", "grant", "carol", "/", "read", "list");
        assertThat(cluster.run(
                                base,
                                InputStream.nullInputStream(),
                                Map.of(Profiles.ENVIRONMENT, file.toString()),
                                "ls",
                                "/")
                        .code())
                .isZero();
        CommandRun again = run(OutputStream.nullOutputStream(), "user", "add", "dora", "--profile", file.toString());
        assertThat(again.err()).contains("already exists");
        assertThat(Profile.read(file)).as("nobody's profile is replaced").isEqualTo(profile);
        assertThat(secrets()).doesNotContain("dora");
        Path other = base.resolve("other.profile");
        assertThat(run(OutputStream.nullOutputStream(), "user", "add", "carol", "--profile", other.toString())
                        .code())
                .isEqualTo(ExitCode.FAILED);
        assertThat(other).as("there is no such user to need it").doesNotExist();
    }

    @Test
    void aTokenThatNobodySawIsNamedAsOne() {
        assertThat(run(full(), "token").err()).contains("the token could not be shown");
    }

    @Test
    void aSaveWhoseReaderIsGoneIsDone() {
        CommandRun run = run(closed(), "save", "-", "/saved");
        assertThat(run.code()).isEqualTo(ExitCode.CLOSED_PIPE);
        assertThat(run(OutputStream.nullOutputStream(), "stat", "/saved").code())
                .isZero();
    }

    @Test
    void aFullStandardOutputIsNamedWhereverItFails() {
        assertThat(run(OutputStream.nullOutputStream(), "save", "-", "/shown").code())
                .isZero();
        for (String[] words : new String[][] {{"cat", "/shown"}, {"load", "/shown", "-"}, {"ls", "/"}}) {
            CommandRun run = run(full(), words);
            assertThat(run.code()).as(words[0]).isEqualTo(ExitCode.FAILED);
            assertThat(run.err()).as(words[0]).contains("standard output: No space left on device");
        }
    }

    @Test
    void aFailureIsAnObjectForPrograms() {
        CommandRun run = cluster.run(base, InputStream.nullInputStream(), "stat", "--json", "/none");
        assertThat(run.code()).isEqualTo(ExitCode.FAILED);
        assertThat(run.out()).startsWith("{\"error\":{\"kind\":\"NO_SUCH_FILE\",\"message\":\"");
    }
}
