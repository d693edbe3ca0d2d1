package io.trivet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.cli.remote.FakeClient;
import io.trivet.model.RemotePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code append} and {@code truncate}. */
class ChangeCommandsTest {
    @TempDir
    Path directory;

    private final FakeClient client = new FakeClient();

    @BeforeEach
    void files() {
        client.with("/log", "one\n");
    }

    private CommandRun run(String... arguments) {
        return CommandRun.of(client, directory, arguments);
    }

    @Test
    void aLocalFileIsAppended() throws IOException {
        Files.writeString(directory.resolve("more"), "two\n");
        CommandRun run = run("append", "more", "/log");
        assertThat(run.code()).isZero();
        assertThat(run.out()).isEmpty();
        assertThat(client.text("/log")).isEqualTo("one\ntwo\n");
        assertThat(run("append", "-v", "more", "/log").out())
                .isEqualTo("appended 4 bytes to /log, which has 12 bytes now\n");
        assertThat(run("append", "--json", "more", "/new").out())
                .startsWith("{\"path\":\"/new\",\"appended\":4,\"size\":4,\"id\":\"");
        assertThat(client.text("/new")).isEqualTo("two\n");
    }

    @Test
    void standardInputIsAppended() {
        CommandRun run = CommandRun.with(client, directory, "typed\n", java.util.Map.of(), "append", "-", "/log");
        assertThat(run.code()).isZero();
        assertThat(client.text("/log")).isEqualTo("one\ntyped\n");
    }

    @Test
    void whatIsNoFileIsNotAppended() {
        assertThat(run("append", "none", "/log").err()).contains("none: no such file");
        assertThat(run("append", ".", "/log").err()).contains(".: is a directory");
        assertThat(client.text("/log")).isEqualTo("one\n");
    }

    @Test
    void aFileIsCutAndExtended() {
        CommandRun run = run("truncate", "--json", "-s", "2", "/log");
        assertThat(run.out()).startsWith("{\"path\":\"/log\",\"size\":2,\"sizeBefore\":4,\"id\":\"");
        assertThat(client.text("/log")).isEqualTo("on");
        assertThat(run("truncate", "-v", "-s", "1KiB", "/log").out()).isEqualTo("/log: 1 KiB\n");
        assertThat(client.files.get(RemotePath.parse("/log"))).hasSize(1024);
        assertThat(run("truncate", "-s", "0", "/log").code()).isZero();
        assertThat(client.text("/log")).isEmpty();
    }

    @Test
    void ofSeveralFilesOneFailureDoesNotKeepTheOthers() {
        CommandRun run = run("truncate", "-s", "1", "/none", "/log");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("/none: no such file");
        assertThat(client.text("/log")).isEqualTo("o");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "much", "1XB"})
    void whatIsNoSizeIsRefused(String size) {
        CommandRun run = run("truncate", "--size=" + size, "/log");
        assertThat(run.code()).isEqualTo(2);
        assertThat(client.text("/log")).isEqualTo("one\n");
    }
}
