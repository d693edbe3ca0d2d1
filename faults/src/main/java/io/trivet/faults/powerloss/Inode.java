package io.trivet.faults.powerloss;

import java.util.Map;
import java.util.TreeMap;

/**
 * A file or a directory, whatever it is called. Only its bytes and names are ever lost: mode, owner
 * and times count as durable at once.
 */
abstract sealed class Inode {
    final long number;
    int mode;
    int owner;
    int group;
    long accessedNanos;
    long modifiedNanos;
    long changedNanos;

    /** Names it has now. */
    int links;

    int opens;

    /** How often the kernel was told its number and has not forgotten it. */
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

    /** Whether the kernel or a name still needs it. */
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

        /** As fsync does. */
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
