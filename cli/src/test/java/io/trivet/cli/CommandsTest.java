package io.trivet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.cli.terminal.Console;
import io.trivet.cli.terminal.WatchedOutput;
import io.trivet.cli.text.ExitCode;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Which commands are created for a command line. */
final class CommandsTest {
    private static final Console CONSOLE = new Console(
            System.in,
            new WatchedOutput(OutputStream.nullOutputStream()),
            new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
            Set.of(),
            80,
            Map.of(),
            Path.of(""));

    @Test
    void everyCommandHasTheNameByWhichItIsMade() {
        CommandLine all = new Program(CONSOLE, (_, _) -> ExitCode.DONE).commandLine();
        assertThat(all.getSubcommands().keySet()).containsExactlyElementsOf(Commands.NAMES);
    }

    @Test
    void aLineThatNamesACommandNeedsThatOneAlone() {
        assertThat(Commands.meant("ls")).containsExactly("ls");
        assertThat(Commands.meant("mv", "save", "load")).containsExactly("mv");
        assertThat(Commands.meant("--cluster", "save", "--lang", "zh", "ls", "load"))
                .containsExactly("ls");
        assertThat(Commands.meant("--cluster=save", "nodes", "list")).containsExactly("nodes");
        assertThat(Commands.meant("--version")).isEmpty();
    }

    @Test
    void onlyWhoAsksAClusterGetsReadyForIt() {
        assertThat(Commands.connects("--cluster", "a:1", "ls", "/")).isTrue();
        assertThat(Commands.connects("nodes", "list")).isTrue();
        assertThat(Commands.connects("ls", "--help")).isFalse();
        assertThat(Commands.connects("node", "--init")).isFalse();
        assertThat(Commands.connects("--version")).isFalse();
        assertThat(Commands.connects()).isFalse();
    }

    @Test
    void helpAndWrongWordsNeedAll() {
        for (String[] line : List.of(
                new String[] {}, new String[] {"--help"}, new String[] {"-V", "--help"}, new String[] {"lss"})) {
            assertThat(Commands.meant(line)).isEqualTo(Commands.NAMES);
        }
        assertThat(Commands.meant("completion", "bash")).isEqualTo(Commands.NAMES);
        assertThat(Commands.meant("no", "ls")).isEqualTo(Commands.NAMES);
    }
}
