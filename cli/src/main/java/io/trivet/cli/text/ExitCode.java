package io.trivet.cli.text;

/** How a command ends, as the shell sees it. */
public final class ExitCode {
    public static final int DONE = 0;
    public static final int FAILED = 1;
    public static final int WRONG_USAGE = 2;

    /** As a shell says of a program that a closed pipe ended: 128 and the number of SIGPIPE. */
    public static final int CLOSED_PIPE = 141;

    private ExitCode() {}
}
