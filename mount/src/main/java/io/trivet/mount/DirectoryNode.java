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

    @Override
    long inode() {
        return inode;
    }
}
