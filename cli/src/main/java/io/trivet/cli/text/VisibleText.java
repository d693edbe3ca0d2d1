package io.trivet.cli.text;

/** Text from outside, made harmless for a terminal: control characters are escaped. */
public final class VisibleText {
    private VisibleText() {}

    /**
     * The text with everything escaped that would make a terminal do something else than show it:
     * controls, and marks that turn the direction.
     */
    public static String of(String text) {
        if (text.codePoints().noneMatch(VisibleText::unseemly)) {
            return text;
        }
        StringBuilder visible = new StringBuilder();
        text.codePoints().forEach(c -> append(visible, c));
        return visible.toString();
    }

    private static void append(StringBuilder visible, int c) {
        switch (c) {
            case '\n' -> visible.append("\\n");
            case '\r' -> visible.append("\\r");
            case '\t' -> visible.append("\\t");
            default -> {
                if (unseemly(c)) {
                    visible.append(String.format(c < 0x100 ? "\\x%02x" : "\\u%04x", c));
                } else {
                    visible.appendCodePoint(c);
                }
            }
        }
    }

    private static boolean unseemly(int c) {
        return Character.isISOControl(c)
                || Character.getType(c) == Character.SURROGATE
                || c == 0x061c
                || c == 0xfeff
                || (c >= 0xfff9 && c <= 0xfffb)
                || (c >= 0xe0000 && c <= 0xe007f)
                || c == 0x2028
                || c == 0x2029
                || c == 0x200e
                || c == 0x200f
                || (c >= 0x202a && c <= 0x202e)
                || (c >= 0x2066 && c <= 0x2069);
    }
}
