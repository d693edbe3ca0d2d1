package io.trivet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserCommandTest {
    @TempDir
    Path directory;

    private final FakeRemote cluster = new FakeRemote();

    @Test
    void secretIsPrintedOnceAndReadableForAProfile() {
        CommandRun run = run("user", "add", "alice");

        assertThat(run.code()).isZero();
        assertThat(run.out()).matches("access-key = alice\\nsecret = [A-Za-z0-9_-]{40}\\n");
        assertThat(run("user", "add", "--json", "bob").out())
                .matches("\\{\"accessKey\":\"bob\",\"secret\":\"[A-Za-z0-9_-]{40}\"}\\n");
    }

    @Test
    void secretThatComesFromInputIsNotPrinted() {
        String secret = "one-that-I-have-already";
        CommandRun run = CommandRun.with(
                cluster, directory, secret + "\n", Map.of(), "user", "add", "alice", "--secret-from-input");

        assertThat(run.code()).isZero();
        assertThat(run.out()).isEqualTo("access-key = alice\n");
        CommandRun weak =
                CommandRun.with(cluster, directory, "short\n", Map.of(), "user", "add", "bob", "--secret-from-input");
        assertThat(weak.code()).isNotZero();
        assertThat(weak.err()).contains("16 to 128").doesNotContain("short");
    }

    @Test
    void rightsAreGrantedListedAndTakenAway() {
        run("user", "add", "alice");
        assertThat(run("user", "list").out()).isEqualTo("alice  may do nothing\n");
        assertThat(run("user", "grant", "alice", "/a", "read", "write").out())
                .isEqualTo("alice may read write at /a and below\n");
        assertThat(run("user", "list", "--json").out())
                .isEqualTo(
                        "{\"accessKey\":\"alice\",\"grants\":[{\"path\":\"/a\",\"rights\":[\"read\",\"write\"]}]}\n");
        assertThat(run("user", "grant", "alice", "/a", "everything").err()).contains("no right is called everything");
        assertThat(run("user", "revoke", "alice", "/a").code()).isZero();
        assertThat(run("user", "list").out()).isEqualTo("alice  may do nothing\n");
        assertThat(run("user", "remove", "alice").out()).isEqualTo("removed alice\n");
        assertThat(run("user", "rotate", "alice").err()).contains("no such user");
    }

    private CommandRun run(String... arguments) {
        return CommandRun.of(cluster, directory, arguments);
    }
}
