package io.trivet.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.cli.Program;
import io.trivet.cli.remote.FakeClient;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.terminal.WatchedOutput;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ShellCompletionTest {
    private final FakeClient client =
            new FakeClient().with("/data.csv", "").with("/data/x.csv", "").with("/.hidden", "");

    @TempDir
    Path directory;

    @BeforeEach
    void files() throws IOException {
        Files.createDirectories(directory.resolve("local/sub"));
        Files.writeString(directory.resolve("local/file"), "");
    }

    private Set<String> offers(String before, String word) {
        Console console = new Console(
                new ByteArrayInputStream(new byte[0]),
                new WatchedOutput(OutputStream.nullOutputStream()),
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                Set.of(),
                80,
                Map.of(),
                directory);
        Program program = new Program(console, (_, use) -> use.with(client.remote()));
        List<String> words = before.isEmpty() ? List.of() : List.of(before.split(" "));
        return new ShellCompletion(program.commandLine(), client, directory).offers(words, word);
    }

    @Test
    void theFirstWordIsACommand() {
        assertThat(offers("", "s")).containsExactly("s3", "save", "shell", "stat", "status", "sum", "sync");
        assertThat(offers("", "ex")).containsExactly("exit");
    }

    @Test
    void theFirstWordOfAGroupIsOneOfItsCommands() {
        assertThat(offers("attr", "")).containsExactly("get", "list", "remove", "set");
        assertThat(offers("attr get", "/da")).containsExactly("/data.csv", "/data/");
    }

    @Test
    void theNamesOfSumAreLocalOnesIfThatIsSaid() {
        assertThat(offers("sum", "/da")).containsExactly("/data.csv", "/data/");
        assertThat(offers("sum --local", "local/")).containsExactly("local/file", "local/sub/");
    }

    @Test
    void optionsBelongToTheirCommand() {
        assertThat(offers("rm", "--r")).containsExactly("--recursive");
        assertThat(offers("nonsense", "--r")).isEmpty();
    }

    @Test
    void savingBeginsHereAndEndsThere() {
        assertThat(offers("save", "lo")).containsExactly("local/");
        assertThat(offers("save", "local/")).containsExactly("local/file", "local/sub/");
        assertThat(offers("save -r", "lo")).containsExactly("local/");
        assertThat(offers("save local/file", "/da")).contains("/data.csv", "/data/");
    }

    @Test
    void loadingBeginsThereAndEndsHere() {
        assertThat(offers("load", "/da")).containsExactly("/data.csv", "/data/");
        assertThat(offers("load", "da")).containsExactly("data.csv", "data/");
        assertThat(offers("load", "data/")).containsExactly("data/x.csv");
        assertThat(offers("load /data.csv", "local/s")).containsExactly("local/sub/");
    }

    @Test
    void hiddenNamesComeWhenAskedFor() {
        assertThat(offers("ls", "/")).containsExactly("/data.csv", "/data/");
        assertThat(offers("ls", "/.")).containsExactly("/.hidden");
    }

    @Test
    void nothingIsOfferedWhereNothingIs() {
        assertThat(offers("ls", "/none/")).isEmpty();
        assertThat(offers("save", "none/")).isEmpty();
    }

    @Test
    void aHugeDirectoryIsCutShort() {
        for (int k = 0; k < ShellCompletion.MAX_NAMES + 100; k++) {
            client.with("/many/f" + k, "");
        }
        assertThat(offers("ls", "/many/")).hasSize(ShellCompletion.MAX_NAMES);
    }
}
