package io.trivet.mount;

import org.jspecify.annotations.Nullable;

/**
 * A file, directory or symbolic link that the kernel knows, or that is open. Its fields are those of {@link NodeTable},
 * which guards them.
 */
abstract sealed class Node permits DirectoryNode, FileNode, LinkNode {
    /** By which the kernel names it. */
    final long number;

    /** Null for the root. */
    @Nullable
    DirectoryNode parent;

    String name;

    /** How often the kernel was given it and has not given it back. */
    long lookups;

    /** Open files and requests that use it. */
    int pins;

    /** Removed, or replaced by a rename, through this mount. */
    volatile boolean removed;

    Node(long number, @Nullable DirectoryNode parent, String name) {
        this.number = number;
        this.parent = parent;
        this.name = name;
    }

    /** The number that programs see. */
    abstract long inode();
}
