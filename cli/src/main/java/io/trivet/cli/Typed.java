package io.trivet.cli;

import java.util.regex.Pattern;

/** What to type in order to call this program again: {@code trivet} where the PATH leads to it, otherwise as it was called, as the launcher saw it. */
final class Typed {
    private static final String PROPERTY = "trivet.typed";
    private static final String NAME = "trivet";

    /** What no shell reads as anything but itself. */
    private static final Pattern PLAIN = Pattern.compile("[\\w./:@%+-]+", Pattern.UNICODE_CHARACTER_CLASS);

    private Typed() {}

    /** For this process; it may be pasted into a shell. */
    static String command() {
        return forShell(System.getProperty(PROPERTY, NAME));
    }

    static String forShell(String called) {
        return PLAIN.matcher(called).matches() ? called : "'" + called.replace("'", "'\\''") + "'";
    }
}
