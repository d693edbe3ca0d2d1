package io.trivet.mount;

import io.trivet.model.FileRecord;
import io.trivet.model.NameEntry;
import io.trivet.model.RemotePath;
import io.trivet.mount.fuse.Errno;
import io.trivet.mount.fuse.FuseException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The files and directories that the kernel knows: by number, and by directory and name. Any thread;
 * nothing here asks the cluster.
 *
 * <p>Bound: what the kernel has cached, and what is open.
 */
final class NodeTable {
    /** The kernel's number of the root. */
    static final long ROOT = 1;

    private final RemotePath root;
    private final Map<Long, Node> nodes = new HashMap<>();
    private final Set<Long> directoryInodes = new HashSet<>();
    private long last = ROOT;

    NodeTable(RemotePath root) {
        this.root = root;
        DirectoryNode top = new DirectoryNode(ROOT, null, "", ROOT, new NameEntry.Directory("", Instant.EPOCH));
        top.lookups = 1;
        nodes.put(ROOT, top);
    }

    /** Throws {@code ESTALE} for a number that nothing has. */
    synchronized Node node(long number) {
        Node node = nodes.get(number);
        if (node == null) {
            throw new FuseException(Errno.ESTALE);
        }
        return node;
    }

    DirectoryNode directory(long number) {
        if (node(number) instanceof DirectoryNode directory) {
            return directory;
        }
        throw new FuseException(Errno.ENOTDIR);
    }

    FileNode file(long number) {
        if (node(number) instanceof FileNode file) {
            return file;
        }
        throw new FuseException(node(number) instanceof LinkNode ? Errno.ELOOP : Errno.EISDIR);
    }

    synchronized RemotePath path(Node node) {
        List<String> names = new ArrayList<>();
        Node at = node;
        for (DirectoryNode parent = at.parent; parent != null; parent = at.parent) {
            names.addFirst(at.name);
            at = parent;
        }
        names.addAll(0, root.segments());
        return new RemotePath(names);
    }

    synchronized RemotePath path(DirectoryNode parent, String name) {
        return path(parent).resolve(name);
    }

    synchronized Optional<Node> child(DirectoryNode parent, String name) {
        return Optional.ofNullable(parent.children.get(name));
    }

    /** The files in a directory that were made here and never saved. */
    synchronized List<FileNode> newFiles(DirectoryNode parent) {
        return parent.children.values().stream()
                .filter(node -> node instanceof FileNode file && file.content().isNew())
                .map(FileNode.class::cast)
                .toList();
    }

    /** All files with content that is not saved. */
    synchronized List<FileNode> localFiles() {
        return nodes.values().stream()
                .filter(node -> node instanceof FileNode file && file.content().isLocal() && !file.removed)
                .map(FileNode.class::cast)
                .toList();
    }

    /**
     * The node of a file that the cluster has under this name.
     *
     * @param asked when the cluster was asked, by {@link System#nanoTime}: what this mount has done
     *     since then is newer
     */
    synchronized FileNode found(
            DirectoryNode parent, String name, FileRecord record, long asked, MountContext context) {
        Node there = parent.children.get(name);
        if (there instanceof FileNode file) {
            if (file.content().refresh(record, asked, file.pins == 0)) {
                return file;
            }
        }
        FileNode made = add(parent, name, number -> new FileNode(number, parent, name, context));
        made.content().refresh(record, asked, true);
        return made;
    }

    /** The node of a directory that the cluster has under this name. */
    synchronized DirectoryNode found(DirectoryNode parent, String name, NameEntry.Directory entry) {
        if (parent.children.get(name) instanceof DirectoryNode there) {
            there.refresh(entry);
            return there;
        }
        long inode = unusedInode(path(parent, name).toString());
        return add(parent, name, number -> new DirectoryNode(number, parent, name, inode, entry));
    }

    /** The node of a symbolic link that the cluster has under this name. */
    synchronized LinkNode found(DirectoryNode parent, String name, FileRecord record) {
        if (parent.children.get(name) instanceof LinkNode there && there.refresh(record)) {
            return there;
        }
        return add(parent, name, number -> new LinkNode(number, parent, name, record));
    }

    /** A new file, which the cluster does not have. */
    synchronized FileNode create(DirectoryNode parent, String name, MountContext context) {
        return add(parent, name, number -> new FileNode(number, parent, name, context));
    }

    /** What had the name before keeps its number but loses the name. */
    private <T extends Node> T add(DirectoryNode parent, String name, Function<Long, T> making) {
        T made = making.apply(++last);
        nodes.put(made.number, made);
        parent.children.put(name, made);
        parent.descendants++;
        return made;
    }

    /** No two directories that are known have the same, or programs would see circles. */
    private long unusedInode(String path) {
        long inode = mixed(path.hashCode() * 0x9e3779b97f4a7c15L + path.length());
        while (inode <= ROOT || !directoryInodes.add(inode)) {
            inode = mixed(inode + 1);
        }
        return inode;
    }

    /** Spreads numbers over 63 bits; half of what SplitMix64 does. */
    static long mixed(long number) {
        long mixed = (number ^ (number >>> 30)) * 0xbf58476d1ce4e5b9L;
        return (mixed ^ (mixed >>> 27)) & Long.MAX_VALUE;
    }

    /** The kernel is given the node. */
    synchronized <T extends Node> T given(T node) {
        node.lookups++;
        return node;
    }

    /** Keeps a node until {@link #unpin}. */
    synchronized void pin(Node node) {
        node.pins++;
    }

    synchronized void unpin(Node node) {
        node.pins--;
        dropUnused(node);
    }

    /** The kernel gives back what it was given so often. */
    synchronized void forget(long number, long times) {
        Node node = nodes.get(number);
        if (node != null && number != ROOT) {
            node.lookups -= times;
            dropUnused(node);
        }
    }

    private void dropUnused(Node node) {
        Node at = node;
        while (at.number != ROOT
                && at.lookups <= 0
                && at.pins == 0
                && !(at instanceof DirectoryNode directory && directory.descendants > 0)) {
            if (nodes.remove(at.number) == null) {
                return;
            }
            if (at instanceof DirectoryNode directory) {
                directoryInodes.remove(directory.inode());
            }
            DirectoryNode parent = Objects.requireNonNull(at.parent);
            parent.children.remove(at.name, at);
            parent.descendants--;
            at = parent;
        }
    }

    /** The name is gone: removed through this mount. */
    synchronized void removed(Node node) {
        node.removed = true;
        if (node.parent != null) {
            node.parent.nameTaken();
        }
        detached(node);
    }

    /** The name is gone, or something else has it, and another client did that. */
    synchronized void detached(Node node) {
        if (node.parent != null) {
            node.parent.children.remove(node.name, node);
        }
    }

    /** What {@code node} was is under another name now, and what had that name is removed. */
    synchronized void renamed(@Nullable Node node, DirectoryNode parent, String name) {
        Node there = parent.children.get(name);
        if (there != null && there != node) {
            removed(there);
        }
        if (node == null) {
            return;
        }
        detached(node);
        DirectoryNode before = Objects.requireNonNull(node.parent);
        before.nameTaken();
        parent.nameTaken(); // also if what it had under the name is not known here
        before.descendants--;
        parent.descendants++;
        node.parent = parent;
        node.name = name;
        parent.children.put(name, node);
        dropUnused(before);
    }
}
