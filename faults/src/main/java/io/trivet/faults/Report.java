package io.trivet.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a run did and observed, as text for a document. */
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
     * @param kind its name in the program
     * @param backMs from the healing until all nodes served and a change was acknowledged
     * @param owedMs how long something was owed after the healing; 0 if this was not awaited
     * @param operations that succeeded since the previous fault
     * @param failed operations that failed since then
     * @param slowestMs the slowest operation since then
     * @param files that were loaded and compared after the healing
     */
    record Row(
            String kind,
            String fault,
            long lastedMs,
            long backMs,
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
                "| # | fault | lasted ms | back ms | owed ms | operations | failed | slowest ms | files compared | MiB"
                        + " compared |");
        lines.add("|---|---|---|---|---|---|---|---|---|---|");
        for (int number = 0; number < rows.size(); number++) {
            lines.add(line(number + 1, rows.get(number)));
        }
        lines.add("");
        lines.add("operations: " + rows.stream().mapToLong(Row::operations).sum() + " succeeded");
        lines.addAll(kinds());
        lines.add("checked for one order that explains all: " + histories);
        failures.forEach((what, count) -> lines.add("failed: " + what + ": " + count));
        violations.forEach(violation -> lines.add("VIOLATION: " + violation));
        return lines;
    }

    private List<String> kinds() {
        Map<String, List<Long>> backs = new TreeMap<>();
        rows.forEach(
                row -> backs.computeIfAbsent(row.kind, _ -> new ArrayList<>()).add(row.backMs));
        List<String> lines = new ArrayList<>();
        backs.forEach((kind, all) -> {
            List<Long> sorted = all.stream().sorted().toList();
            lines.add(kind + ": " + all.size() + ", back after ms: median " + sorted.get(sorted.size() / 2)
                    + ", longest " + sorted.getLast());
        });
        return lines;
    }

    static String line(int number, Row row) {
        return String.format(
                "| %d | %s | %d | %d | %d | %d | %d | %d | %d | %.1f |",
                number,
                row.fault(),
                row.lastedMs(),
                row.backMs(),
                row.owedMs(),
                row.operations(),
                row.failed(),
                row.slowestMs(),
                row.files(),
                row.bytes() / 1048576.0);
    }
}
