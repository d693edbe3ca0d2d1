package io.trivet.cli.progress;

import io.trivet.cli.terminal.Console;
import java.util.List;

/**
 * Lines at the bottom of a terminal that are redrawn in place. If the terminal became narrower, it
 * has wrapped them; rows are counted at the current width. One thread at a time.
 */
final class LiveArea {
    private final Console console;
    private List<Integer> widths = List.of();

    LiveArea(Console console) {
        this.console = console;
    }

    /** Draws these lines in place of the previous ones; none is wider than the terminal. */
    void draw(List<String> lines) {
        console.err().print(cleared() + String.join("\n", lines));
        console.err().flush();
        widths = lines.stream().map(ProgressLine::columns).toList();
    }

    void clear() {
        if (!widths.isEmpty()) {
            console.err().print(cleared());
            console.err().flush();
            widths = List.of();
        }
    }

    private String cleared() {
        int columns = Math.max(1, console.columns());
        int rows = widths.stream()
                .mapToInt(width -> Math.max(1, Math.ceilDiv(width, columns)))
                .sum();
        return rows < 2 ? "\r\u001b[K" : "\r\u001b[" + (rows - 1) + "A\u001b[J";
    }
}
