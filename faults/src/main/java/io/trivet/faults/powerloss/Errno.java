package io.trivet.faults.powerloss;

/** An error of a file system call, with the kernel's number. */
final class Errno extends Exception {
    static final int NOT_FOUND = 2;
    static final int INTERRUPTED = 4;
    static final int IO = 5;
    static final int TRY_AGAIN = 11;
    static final int EXISTS = 17;
    static final int NO_DEVICE = 19;
    static final int NOT_DIRECTORY = 20;
    static final int IS_DIRECTORY = 21;
    static final int INVALID = 22;
    static final int TOO_LARGE = 27;
    static final int NO_SPACE = 28;
    static final int NAME_TOO_LONG = 36;
    static final int NOT_IMPLEMENTED = 38;
    static final int NOT_EMPTY = 39;
    static final int STALE = 116;

    private static final long serialVersionUID = 1;

    private final int number;

    Errno(int number) {
        super("errno " + number, null, false, false);
        this.number = number;
    }

    int number() {
        return number;
    }
}
