package io.trivet.mount;

import io.trivet.model.NameEntry;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A directory. */
final class DirectoryNode extends Node {
    /** Those that are known, by name. */
    final Map<String, Node> children = new HashMap<>();

    /** Nodes whose parent this is, in {@link #children} or not. */
    int descendants;

    /** When this mount last took a name away from here, by {@link System#nanoTime}. */
    private volatile long namesTakenAt = System.nanoTime();

    private final long inode;
    volatile Instant modified;
    volatile int mode;

    DirectoryNode(long number, @Nullable DirectoryNode parent, String name, long inode, NameEntry.Directory entry) {
        super(number, parent, name);
        this.inode = inode;
        this.modified = entry.modified();
        this.mode = entry.mode();
    }

    /** What the cluster says of it. */
    void refresh(NameEntry.Directory entry) {
        modified = entry.modified();
        mode = entry.mode();
    }

    /** A name of this directory is removed, moved or replaced through this mount. */
    void nameTaken() {
        namesTakenAt = System.nanoTime();
    }

    /** Whether a list of that time may have names of before this mount removed, moved or replaced them. */
    boolean namesTakenSince(long asked) {
        return namesTakenAt - asked >= 0;
    }

    @Override
    long inode() {
        return inode;
    }
}
