package io.trivet.cli.text;

import org.jline.utils.WCWidth;

/**
 * The number of terminal columns of a text: a Chinese character takes two, a combining mark none.
 */
public final class DisplayWidth {
    private static final String CUT = "…";

    private DisplayWidth() {}

    public static int of(String text) {
        return isPlain(text)
                ? text.length()
                : text.codePoints().map(c -> Math.max(0, WCWidth.wcwidth(c))).sum();
    }

    /** The text, padded with blanks on the right to this many columns. */
    static String left(String text, int columns) {
        return text + " ".repeat(Math.max(0, columns - of(text)));
    }

    /** The text, padded with blanks on the left to this many columns. */
    static String right(String text, int columns) {
        return " ".repeat(Math.max(0, columns - of(text))) + text;
    }

    /** The text, or as much as fits before an ellipsis; wide characters are not halved. */
    public static String cut(String text, int columns) {
        if (of(text) <= columns) {
            return text;
        }
        int end = 0;
        int width = 1;
        while (end < text.length()) {
            int next = text.offsetByCodePoints(end, 1);
            width += of(text.substring(end, next));
            if (width > columns) {
                break;
            }
            end = next;
        }
        return text.substring(0, end) + CUT;
    }

    /** Most texts are plain and need no table of widths. */
    private static boolean isPlain(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c <= '~');
    }
}
