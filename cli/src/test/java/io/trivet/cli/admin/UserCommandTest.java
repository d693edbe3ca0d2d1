package io.trivet.cli.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.cli.CommandRun;
import io.trivet.cli.remote.FakeClient;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserCommandTest {
    @TempDir
    Path directory;

    private final FakeClient cluster = new FakeClient();

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
                        "{\"accessKey\":\"alice\",\"grants\":[{\"path\":\"/a\",\"rights\":[\"read\",\"write\"]}],\"groups\":[],"
                                + "\"usedBytes\":1048576,\"mostBytes\":null,\"usedFiles\":3,\"mostFiles\":null,"
                                + "\"sessions\":1,\"mostSessions\":1024,\"mostRequests\":256}\n");
        assertThat(run("user", "grant", "alice", "/a", "everything").err()).contains("no right is called everything");
        assertThat(run("user", "revoke", "alice", "/a").code()).isZero();
        assertThat(run("user", "list").out()).isEqualTo("alice  may do nothing\n");
        assertThat(run("user", "remove", "alice").out()).isEqualTo("removed alice\n");
        assertThat(run("user", "rotate", "alice").err()).contains("no such user");
    }

    @Test
    void limitsAreSetAndShown() {
        run("user", "add", "alice");
        assertThat(run("user", "limit", "alice", "--bytes", "10G", "--sessions", "5")
                        .out())
                .isEqualTo("the limits of alice are set\n");
        assertThat(run("user", "show", "alice").out())
                .isEqualTo("alice  may do nothing\nbytes: 1 MiB of 10 GiB\nfiles: 3 of any number\n"
                        + "sessions: 1 of 5\nrequests at once: at most 256\n");
        assertThat(run("user", "show", "nobody").err()).contains("nobody: no such user");
        assertThat(run("user", "limit", "alice").err()).contains("say what to limit");
        assertThat(run("user", "limit", "alice", "--requests", "0").err())
                .contains("--requests goes from 1 to 4096, not 0");
        assertThat(run("user", "limit", "alice", "--requests", "none").code()).isZero();
    }

    @Test
    void groupsAreMadeFilledListedAndRemoved() {
        run("user", "add", "alice");
        assertThat(run("group", "list").out()).isEqualTo("there is no group\n");
        assertThat(run("group", "add", "staff").out()).isEqualTo("made group staff\n");
        assertThat(run("group", "add", "staff", "alice").out()).isEqualTo("in group staff: alice\n");
        assertThat(run("group", "add", "staff", "nobody").err()).contains("nobody: no such user");
        assertThat(run("group", "list").out()).isEqualTo("@staff  may do nothing  alice\n");
        assertThat(run("group", "list", "--json").out())
                .isEqualTo("{\"group\":\"staff\",\"users\":[\"alice\"],\"grants\":[]}\n");
        assertThat(run("group", "remove", "staff", "alice").out()).isEqualTo("not in group staff any more: alice\n");
        assertThat(run("group", "remove", "staff").out()).isEqualTo("removed group staff\n");
    }

    private CommandRun run(String... arguments) {
        return CommandRun.of(cluster, directory, arguments);
    }
}
