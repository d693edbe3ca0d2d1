package io.trivet.faults.powerloss;

import java.util.Map;
import java.util.TreeMap;

/**
 * A file or a directory, independent of its names. Only its bytes and names can be lost: mode,
 * owner and times count as durable at once.
 */
abstract sealed class Inode {
    final long number;
    int mode;
    int owner;
    int group;
    long accessedNanos;
    long modifiedNanos;
    long changedNanos;

    /** The number of its current names. */
    int links;

    int opens;

    /** The number of times that the kernel was told its number and has not forgotten it. */
    long lookups;

    private Inode(long number, int mode) {
        this.number = number;
        this.mode = mode;
        this.accessedNanos = now();
        this.modifiedNanos = accessedNanos;
        this.changedNanos = accessedNanos;
    }

    static long now() {
        return System.currentTimeMillis() * 1_000_000;
    }

    void changed() {
        changedNanos = now();
    }

    /** Whether the kernel or a name still refers to it. */
    boolean isUsed() {
        return links > 0 || opens > 0;
    }

    static final class File extends Inode {
        static final int TYPE = 0100000;

        FileBytes bytes = new FileBytes();
        FileBytes durable = new FileBytes();
        boolean dirty;

        File(long number, int permissions) {
            super(number, TYPE | permissions);
        }

        /** Makes its content durable, as fsync does. */
        void sync() {
            if (dirty) {
                durable = bytes.copy();
                dirty = false;
            }
        }
    }

    static final class Directory extends Inode {
        static final int TYPE = 0040000;

        final Map<String, Inode> names = new TreeMap<>();
        final Map<String, Inode> durable = new TreeMap<>();

        Directory(long number, int permissions) {
            super(number, TYPE | permissions);
        }
    }
}
