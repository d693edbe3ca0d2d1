package io.trivet.cli.progress;

import io.trivet.cli.text.DisplayWidth;
import io.trivet.cli.text.Format;
import io.trivet.cli.text.Language;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.VisibleText;
import io.trivet.model.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * The state of a transfer, and how it is drawn:
 *
 * <pre>
 * data.csv  [=========>          ]  48%  240 MiB of 500 MiB  263 MiB/s  1.0 s left  n0 n1 n2
 * </pre>
 * If the terminal is narrow, the less important parts are left out: the nodes, the amounts, the
 * time, the label, the bar, the rate; the percentage always stays. If nothing has moved and the
 * total is unknown, only the label is shown.
 *
 * @param total bytes in all; -1 if unknown
 * @param bytesPerSecond over the last seconds
 * @param nodes that moved something in the last seconds
 */
record ProgressLine(String label, long moved, long total, double bytesPerSecond, SortedSet<NodeId> nodes) {
    private static final int MIN_BAR = 8;
    private static final int MAX_BAR = 30;
    /** More bars fill a terminal without helping anyone. */
    private static final int MAX_NODES = 10;

    private static final String GAP = "  ";
    private static final String GREEN = "\u001b[32m";
    private static final String PLAIN = "\u001b[0m";

    ProgressLine {
        nodes = Collections.unmodifiableSortedSet(new TreeSet<>(nodes));
        label = VisibleText.of(label);
    }

    /** At most {@code columns - 1} columns wide, so that no terminal wraps it. */
    String drawn(int columns, boolean colours, Language language) {
        int room = columns - 1;
        Parts parts = new Parts(room);
        if (total <= 0 && moved == 0) {
            parts.offer(Part.LABEL, label);
            return parts.joined(_ -> "");
        }
        parts.offer(Part.DONE, total > 0 ? percent() + "%" : Format.bytes(moved));
        parts.offer(Part.RATE, Format.rate(bytesPerSecond));
        if (total > 0) {
            parts.reserve(Part.BAR, MIN_BAR + 2);
        }
        parts.offer(Part.LABEL, label);
        timeLeft().ifPresent(left -> parts.offer(Part.TIME, left.in(language)));
        if (total > 0) {
            parts.offer(Part.AMOUNT, amount().in(language));
        }
        parts.offer(Part.NODES, nodes.stream().map(NodeId::toString).collect(Collectors.joining(" ")));
        return parts.joined(width -> bar(width, moved, total, colours));
    }

    /** For a log: everything, without a bar. */
    Text plain() {
        List<Object> words = new ArrayList<>();
        if (total > 0) {
            words.add(percent() + "%");
        }
        words.add(total > 0 ? amount() : Format.bytes(moved));
        words.add(Format.rate(bytesPerSecond));
        timeLeft().ifPresent(words::add);
        if (!nodes.isEmpty()) {
            words.add(nodes.stream().map(NodeId::toString).collect(Collectors.joining(" ")));
        }
        return Text.of("{0}: {1}", Text.plain(label), Text.list(words));
    }

    private Text amount() {
        return Text.of("{0} of {1}", Format.bytes(moved), Format.bytes(total));
    }

    /**
     * A line for each node with its bytes, relative to the most of any node; {@code bytesPerSecond}
     * has a rate for each.
     */
    static List<String> bars(
            NavigableMap<NodeId, Long> moved, Map<NodeId, Double> bytesPerSecond, int columns, boolean colours) {
        long most = moved.values().stream().mapToLong(Long::longValue).max().orElse(0);
        return moved.entrySet().stream()
                .limit(MAX_NODES)
                .map(node -> {
                    Parts parts = new Parts(columns - 1);
                    parts.offer(Part.LABEL, String.format("  %-4s", node.getKey()));
                    parts.offer(Part.AMOUNT, String.format("%9s", Format.bytes(node.getValue())));
                    parts.offer(
                            Part.RATE,
                            String.format("%11s", Format.rate(bytesPerSecond.getOrDefault(node.getKey(), 0.0))));
                    parts.reserve(Part.BAR, MIN_BAR + 2);
                    return parts.joined(width -> bar(width, node.getValue(), Math.max(1, most), colours));
                })
                .toList();
    }

    private int percent() {
        return (int) (100.0 * Math.clamp(moved, 0, total) / total);
    }

    private Optional<Text> timeLeft() {
        if (moved >= total || bytesPerSecond < 1) {
            return Optional.empty();
        }
        Duration left = Duration.ofMillis((long) (1000.0 * Math.max(0, total - moved) / bytesPerSecond));
        return Optional.of(Text.of("{0} left", Format.duration(left)));
    }

    private static String bar(int width, long moved, long total, boolean colours) {
        int inner = Math.min(MAX_BAR, width - 2);
        int full = (int) ((double) inner * Math.clamp(moved, 0, total) / total);
        String done = "=".repeat(full) + (full < inner ? ">" : "");
        String rest = " ".repeat(Math.max(0, inner - full - 1));
        return "[" + (colours ? GREEN + done + PLAIN : done) + rest + "]";
    }

    /** The number of terminal columns of a line; colours take none. */
    static int columns(String line) {
        return DisplayWidth.of(line.replace(GREEN, "").replace(PLAIN, ""));
    }

    /** In the order of the line. */
    private enum Part {
        LABEL,
        BAR,
        DONE,
        AMOUNT,
        RATE,
        TIME,
        NODES
    }

    /** Fills a line; parts that are offered first have priority. */
    private static final class Parts {
        private final EnumMap<Part, String> texts = new EnumMap<>(Part.class);
        private int room;
        private int barRoom;

        Parts(int room) {
            this.room = room;
        }

        void offer(Part part, String text) {
            int need = need(columns(text));
            if (!text.isEmpty() && need <= room) {
                texts.put(part, text);
                room -= need;
            }
        }

        void reserve(Part part, int width) {
            if (need(width) <= room) {
                room -= need(width);
                barRoom = width;
                texts.put(part, "");
            }
        }

        String joined(IntFunction<String> bar) {
            texts.computeIfPresent(Part.BAR, (part, empty) -> bar.apply(barRoom + room));
            return String.join(GAP, texts.values());
        }

        private int need(int width) {
            return width + (texts.isEmpty() ? 0 : GAP.length());
        }
    }
}
