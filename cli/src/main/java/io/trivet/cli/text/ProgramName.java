package io.trivet.cli.text;

import java.util.regex.Pattern;

/**
 * What to type in order to call this program again: {@code trivet} where the PATH leads to it,
 * otherwise as it was called, as the launcher saw it.
 */
public final class ProgramName {
    private static final String PROPERTY = "trivet.typed";
    private static final String NAME = "trivet";

    /** What no shell reads as anything but itself. */
    private static final Pattern PLAIN = Pattern.compile("[\\w./:@%+-]+", Pattern.UNICODE_CHARACTER_CLASS);

    private ProgramName() {}

    /** For this process; it may be pasted into a shell. */
    public static String command() {
        return forShell(program());
    }

    /** For {@link ProcessBuilder}, in the working directory of this process. */
    public static String program() {
        return System.getProperty(PROPERTY, NAME);
    }

    public static String forShell(String called) {
        return PLAIN.matcher(called).matches() ? called : "'" + called.replace("'", "'\\''") + "'";
    }
}
