package io.trivet.cli;

import org.jline.utils.WCWidth;

/** How many columns of a terminal a text takes: a Chinese character takes two, a mark that sits on the letter before it none. */
final class Width {
    private Width() {}

    static int of(String text) {
        return isPlain(text)
                ? text.length()
                : text.codePoints().map(c -> Math.max(0, WCWidth.wcwidth(c))).sum();
    }

    /** The text, then blanks up to so many columns. */
    static String left(String text, int columns) {
        return text + " ".repeat(Math.max(0, columns - of(text)));
    }

    /** Blanks, then the text, which ends at this column. */
    static String right(String text, int columns) {
        return " ".repeat(Math.max(0, columns - of(text))) + text;
    }

    /** Most texts are, and need no table of widths. */
    private static boolean isPlain(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c <= '~');
    }
}
