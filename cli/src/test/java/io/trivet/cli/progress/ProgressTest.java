package io.trivet.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.cli.terminal.Console;
import io.trivet.cli.terminal.WatchedOutput;
import io.trivet.cli.text.Language;
import io.trivet.cli.text.Text;
import io.trivet.client.Progress;
import io.trivet.model.NodeId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ProgressTest {
    private static final SortedSet<NodeId> THREE = new TreeSet<>(Set.of(new NodeId(0), new NodeId(1), new NodeId(2)));
    private static final ProgressLine HALF = new ProgressLine("/data.csv", 250L << 20, 500L << 20, 125 << 20, THREE);

    @Test
    void aWideTerminalShowsEverything() {
        assertThat(HALF.drawn(120, false, Language.ENGLISH))
                .isEqualTo(
                        "/data.csv  [===============>              ]  50%  250 MiB of 500 MiB  125 MiB/s  2.0 s left  n0 n1 n2");
    }

    @Test
    void aMiddlingTerminalLeavesOutWhatMattersLeast() {
        assertThat(HALF.drawn(60, false, Language.ENGLISH))
                .isEqualTo("/data.csv  [====>   ]  50%  125 MiB/s  2.0 s left  n0 n1 n2");
        assertThat(HALF.drawn(50, false, Language.ENGLISH))
                .isEqualTo("/data.csv  [====>   ]  50%  125 MiB/s  2.0 s left");
        assertThat(HALF.drawn(40, false, Language.ENGLISH)).isEqualTo("/data.csv  [=====>    ]  50%  125 MiB/s");
    }

    @Test
    void aNarrowTerminalShowsTheRest() {
        assertThat(HALF.drawn(20, false, Language.ENGLISH)).isEqualTo("50%  125 MiB/s");
        assertThat(HALF.drawn(5, false, Language.ENGLISH)).isEqualTo("50%");
        assertThat(HALF.drawn(1, false, Language.ENGLISH)).isEmpty();
    }

    @Test
    void noLineIsWiderThanItsTerminal() {
        ProgressLine chinese = new ProgressLine("/数据目录/一个很长的名字.csv", 1 << 20, 5L << 40, 3, THREE);
        IntStream.rangeClosed(1, 200).forEach(columns -> {
            assertThat(ProgressLine.columns(HALF.drawn(columns, false, Language.ENGLISH)))
                    .isLessThan(columns);
            assertThat(ProgressLine.columns(chinese.drawn(columns, false, Language.ENGLISH)))
                    .isLessThan(columns);
        });
    }

    @Test
    void coloursComeOnlyWhenWanted() {
        assertThat(HALF.drawn(120, true, Language.ENGLISH))
                .contains("\u001b[32m")
                .contains("\u001b[0m");
        assertThat(HALF.drawn(120, false, Language.ENGLISH)).doesNotContain("\u001b");
    }

    @Test
    void anUnknownLengthHasNoBar() {
        ProgressLine line = new ProgressLine("-", 250L << 20, -1, 125 << 20, THREE);
        assertThat(line.drawn(120, false, Language.ENGLISH)).isEqualTo("-  250 MiB  125 MiB/s  n0 n1 n2");
        assertThat(line.plain()).hasToString("-: 250 MiB, 125 MiB/s, n0 n1 n2");
    }

    @Test
    void theEndIsFull() {
        ProgressLine done = new ProgressLine("x", 500, 500, 100, THREE);
        assertThat(done.drawn(60, false, Language.ENGLISH)).contains("=]  100%").doesNotContain(">");
        assertThat(new ProgressLine("x", 700, 500, 100, THREE).drawn(60, false, Language.ENGLISH))
                .contains("100%");
    }

    @Test
    void aLogGetsAPlainLine() {
        assertThat(HALF.plain()).hasToString("/data.csv: 50%, 250 MiB of 500 MiB, 125 MiB/s, 2.0 s left, n0 n1 n2");
    }

    @Test
    void theNamesOfFilesAreHarmless() {
        assertThat(new ProgressLine("\u001b[2J", 1, 2, 1, THREE).plain().toString())
                .startsWith("\\x1b[2J: ");
    }

    @Test
    void aMeterCountsByNodeAndTellsANodeThatWasLeftOnce() {
        StringBuilder left = new StringBuilder();
        TransferMeter meter =
                new TransferMeter((node, reason) -> left.append(node).append(reason));
        Progress file = meter.onlyFile();
        file.started(100);
        file.moved(new NodeId(1), 30);
        file.moved(new NodeId(1), -10);
        meter.oneOfMany().started(7);
        meter.oneOfMany().moved(new NodeId(0), 5);
        file.retried(new NodeId(1), " slow");
        file.retried(new NodeId(1), " slow again");
        assertThat(meter.moved()).isEqualTo(Map.of(new NodeId(0), 5L, new NodeId(1), 20L));
        assertThat(meter.expected()).isEqualTo(100);
        assertThat(left).hasToString("n1 slow");
    }

    @Test
    void aTerminalIsLeftClean() throws Exception {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try (ProgressDisplay display = new ProgressDisplay(console(err, Set.of(Console.Stream.ERR)), "/data.csv")) {
            display.meter().onlyFile().started(100);
            long deadline = System.nanoTime() + 5_000_000_000L;
            while (err.size() == 0 && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
        }
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("/data.csv").endsWith("\r\u001b[K");
    }

    /** A node that is slow needs nobody's action: it is named for those who ask for details. */
    @Test
    void aLogIsNotPaintedOn() {
        for (boolean verbose : new boolean[] {false, true}) {
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            try (ProgressDisplay display = new ProgressDisplay(
                    console(err, Set.of()), Text.plain("/data.csv"), verbose, Text.plain("begin again"))) {
                display.meter().onlyFile().retried(new NodeId(2), "it hangs");
            }
            assertThat(err.toString(StandardCharsets.UTF_8))
                    .isEqualTo(verbose ? "n2 did not complete a request, another node is used: it hangs\n" : "");
        }
    }

    private static Console console(OutputStream err, Set<Console.Stream> terminals) {
        return new Console(
                new ByteArrayInputStream(new byte[0]),
                new WatchedOutput(OutputStream.nullOutputStream()),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                terminals,
                80,
                Map.of("NO_COLOR", "1"),
                Path.of(""));
    }
}
