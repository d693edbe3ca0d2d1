package io.trivet.mount;

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

    DirectoryNode(long number, @Nullable DirectoryNode parent, String name, long inode, Instant modified) {
        super(number, parent, name);
        this.inode = inode;
        this.modified = modified;
    }

    @Override
    long inode() {
        return inode;
    }
}
