package io.trivet.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The tables of a run, as Markdown: one with all contenders side by side, then one for each with
 * its spread and the local disk's figures of the same minutes.
 */
final class Report {
    private final List<Column> columns = new ArrayList<>();

    /**
     * The measurements of a contender.
     *
     * @param remark when and at which load, or why there are none
     */
    record Column(String name, String remark, List<TableLine> lines) {
        Column {
            lines = List.copyOf(lines);
        }

        Optional<TableLine> line(String what) {
            return lines.stream()
                    .filter(tableLine -> tableLine.what().equals(what))
                    .findFirst();
        }
    }

    void add(Column column) {
        columns.add(column);
    }

    String text() {
        List<String> parts = new ArrayList<>();
        parts.add(summary());
        columns.forEach(column -> parts.add(detail(column)));
        return String.join("\n", parts);
    }

    /** Medians, with their ratio to the local disk's in parentheses. */
    private String summary() {
        List<Column> measured =
                columns.stream().filter(column -> !column.lines().isEmpty()).toList();
        StringBuilder table = new StringBuilder();
        table.append(row(Stream.concat(Stream.of("median"), measured.stream().map(Column::name))));
        table.append(rule(measured.size() + 1));
        for (Map.Entry<String, TableLine.Unit> what : rows(measured).entrySet()) {
            String title = what.getKey() + ", " + what.getValue().text();
            table.append(row(Stream.concat(
                    Stream.of(title),
                    measured.stream()
                            .map(column ->
                                    column.line(what.getKey()).map(Report::cell).orElse("")))));
        }
        return table.toString();
    }

    private static String cell(TableLine tableLine) {
        String median = tableLine.unit().number(tableLine.figure().median());
        return tableLine.ratio().map(ratio -> median + " (" + ratio + ")").orElse(median);
    }

    /** All rows, each at the place of its first appearance. */
    private static Map<String, TableLine.Unit> rows(List<Column> columns) {
        Map<String, TableLine.Unit> rows = new LinkedHashMap<>();
        columns.forEach(
                column -> column.lines().forEach(tableLine -> rows.putIfAbsent(tableLine.what(), tableLine.unit())));
        return rows;
    }

    private static String detail(Column column) {
        StringBuilder table = new StringBuilder("### " + column.name() + "\n\n" + column.remark() + "\n");
        if (column.lines().isEmpty()) {
            return table.toString();
        }
        table.append('\n');
        table.append(row(Stream.of(
                "", "median", "least to most", "first round", "local disk", "least to most", "ratio of medians")));
        table.append(rule(7));
        column.lines().forEach(tableLine -> table.append(row(detail(tableLine))));
        return table.toString();
    }

    private static Stream<String> detail(TableLine tableLine) {
        TableLine.Unit unit = tableLine.unit();
        Figure figure = tableLine.figure();
        Optional<Figure> disk = tableLine.disk();
        return Stream.of(
                tableLine.what() + ", " + unit.text(),
                unit.number(figure.median()),
                unit.range(figure.warm()),
                unit.number(figure.first()),
                disk.map(local -> unit.number(local.median())).orElse(""),
                disk.map(local -> unit.range(local.warm())).orElse(""),
                tableLine.ratio().orElse(""));
    }

    private static String row(Stream<String> cells) {
        return cells.collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    private static String rule(int columns) {
        return "|" + "---|".repeat(columns) + "\n";
    }
}
