package io.trivet.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a run did and saw, as text that can stand in a document. */
record Report(
        long seed,
        List<Row> rows,
        String histories,
        Map<String, Long> failures,
        List<String> violations,
        Duration took) {
    /**
     * One fault.
     *
     * @param owedMs how long something was owed after it had healed; 0 where nobody waited
     * @param operations that succeeded since the fault before
     * @param failed operations that ended with an error since then
     * @param slowestMs the slowest operation since then
     * @param files that were loaded and compared after it had healed
     */
    record Row(
            String fault,
            long lastedMs,
            long owedMs,
            long operations,
            long failed,
            long slowestMs,
            int files,
            long bytes) {}

    Report {
        rows = List.copyOf(rows);
        violations = List.copyOf(violations);
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("seed " + seed + ", " + rows.size() + " faults in " + took.toSeconds() + " s, " + violations.size()
                + " violations");
        lines.add("");
        lines.add(
                "| # | fault | lasted ms | owed ms | operations | failed | slowest ms | files compared | MiB compared |");
        lines.add("|---|---|---|---|---|---|---|---|---|");
        for (int number = 0; number < rows.size(); number++) {
            lines.add(line(number + 1, rows.get(number)));
        }
        lines.add("");
        lines.add("operations: " + rows.stream().mapToLong(Row::operations).sum() + " succeeded");
        lines.add("checked for one order that explains all: " + histories);
        failures.forEach((what, count) -> lines.add("failed: " + what + ": " + count));
        violations.forEach(violation -> lines.add("VIOLATION: " + violation));
        return lines;
    }

    static String line(int number, Row row) {
        return String.format(
                "| %d | %s | %d | %d | %d | %d | %d | %d | %.1f |",
                number,
                row.fault(),
                row.lastedMs(),
                row.owedMs(),
                row.operations(),
                row.failed(),
                row.slowestMs(),
                row.files(),
                row.bytes() / 1048576.0);
    }
}
