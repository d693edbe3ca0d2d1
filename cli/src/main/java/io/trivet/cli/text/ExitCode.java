package io.trivet.cli.text;

/** The exit codes of commands. */
public final class ExitCode {
    public static final int DONE = 0;
    public static final int FAILED = 1;
    public static final int WRONG_USAGE = 2;

    /** As shells report a program ended by a closed pipe: 128 and the number of SIGPIPE. */
    public static final int CLOSED_PIPE = 141;

    private ExitCode() {}
}
