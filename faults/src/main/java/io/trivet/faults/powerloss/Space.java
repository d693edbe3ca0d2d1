package io.trivet.faults.powerloss;

/** How many blocks a file system has, and how many are in use. One thread at a time. */
final class Space {
    private final int total;
    private int used;
    private int ballast;

    Space(int total) {
        this.total = total;
    }

    void take(int blocks) throws Errno {
        if (blocks > free()) {
            throw new Errno(Errno.NO_SPACE);
        }
        used += blocks;
    }

    void give(int blocks) {
        used -= blocks;
    }

    void restart(int usedNow) {
        used = usedNow;
    }

    /** Simulates a fill until this many are left. */
    void fillBut(int left) {
        ballast = Math.max(0, total - used - left);
    }

    int total() {
        return total;
    }

    int free() {
        return Math.max(0, total - used - ballast);
    }
}
