package io.trivet.cli.text;

import java.util.ArrayList;
import java.util.List;
import org.jline.utils.WCWidth;

/**
 * The number of terminal columns of a text: a Chinese character takes two, a combining mark none.
 */
public final class DisplayWidth {
    private static final String CUT = "…";
    /** No line begins with these, and none ends with those. */
    private static final String NOT_FIRST = "，。；：、！？）》”’";

    private static final String NOT_LAST = "（《“‘";

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

    /**
     * The text in lines of at most this many columns: broken at blanks, and beside wide characters.
     * Lines after the first are indented by two more than the first. A longer word stays whole.
     */
    public static List<String> wrapped(String text, int columns) {
        String indent = " ".repeat(text.length() - text.stripLeading().length());
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder(indent);
        boolean empty = true;
        for (String word : words(text.strip())) {
            if (!empty && of(line + word.stripTrailing()) > columns) {
                lines.add(line.toString().stripTrailing());
                line = new StringBuilder(indent + "  ");
            }
            line.append(word);
            empty = false;
        }
        lines.add(line.toString().stripTrailing());
        return lines;
    }

    /** Between these a line may end; together they are the text. */
    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        int begin = 0;
        for (int i = text.offsetByCodePoints(0, text.isEmpty() ? 0 : 1); i < text.length(); ) {
            int before = text.codePointBefore(i);
            int next = text.codePointAt(i);
            boolean wide = isWide(before) || isWide(next);
            if (next != ' ' && NOT_FIRST.indexOf(next) < 0 && NOT_LAST.indexOf(before) < 0 && (before == ' ' || wide)) {
                words.add(text.substring(begin, i));
                begin = i;
            }
            i += Character.charCount(next);
        }
        words.add(text.substring(begin));
        return words;
    }

    private static boolean isWide(int character) {
        return WCWidth.wcwidth(character) > 1;
    }

    /** Most texts are plain and need no table of widths. */
    private static boolean isPlain(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c <= '~');
    }
}
