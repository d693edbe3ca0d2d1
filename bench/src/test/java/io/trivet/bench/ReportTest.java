package io.trivet.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final TableLine SAVE = TableLine.of(
            "save",
            TableLine.Unit.SECONDS,
            new Figure(Series.of(0.6, 0.7, 0.5), 2.25),
            new Figure(Series.of(0.3), 0.4));
    private static final TableLine MEMORY =
            TableLine.of("memory", TableLine.Unit.MEBIBYTES, Figure.of(Series.of(1200, 180)));

    private static String text() {
        Report report = new Report();
        report.add(new Report.Column("Trivet", "From 1 to 2.", List.of(SAVE, MEMORY)));
        report.add(new Report.Column("Other", "Not available here: no root", List.of()));
        return report.text();
    }

    @Test
    void besideEachMedianIsHowManyTimesTheDisks() {
        assertThat(text()).contains("""
                | median | Trivet |
                |---|---|
                | save, s | 0.60 (2.00 x) |
                | memory, MiB | 690 |
                """);
    }

    @Test
    void theSpreadAndTheFirstRoundAreShown() {
        assertThat(text())
                .contains("| save, s | 0.60 | 0.50 to 0.70 | 2.25 | 0.30 | 0.30 to 0.30 | 2.00 x |")
                .contains("| memory, MiB | 690 | 180 to 1,200 |  |  |  |  |");
    }

    @Test
    void whatCouldNotBeMeasuredIsNamedWithTheReason() {
        assertThat(text()).contains("### Other\n\nNot available here: no root\n");
    }

    @Test
    void allRowsOfATableAreOfOneLength() {
        assertThat(text().lines()
                        .filter(line -> line.startsWith("|"))
                        .map(line -> line.chars().filter(c -> c == '|').count()))
                .containsOnly(3L, 8L);
    }
}
