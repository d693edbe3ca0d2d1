package io.trivet.cli.text;

import java.util.regex.Pattern;

/**
 * How to call this program again: {@code trivet} if the PATH leads to it, otherwise as it was
 * called, according to the launcher.
 */
public final class ProgramName {
    private static final String PROPERTY = "trivet.typed";
    private static final String NAME = "trivet";

    /** Words that every shell reads literally. */
    private static final Pattern PLAIN = Pattern.compile("[\\w./:@%+-]+", Pattern.UNICODE_CHARACTER_CLASS);

    private ProgramName() {}

    /** For a shell; may be pasted. */
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
