package io.trivet.mount;

import io.trivet.model.NameEntry;
import io.trivet.mount.fuse.NodeAttributes;
import io.trivet.mount.fuse.Reply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A directory that is being read. The kernel reads on from an offset: where the last read ended, or
 * within what it gave, or from the beginning. One read at a time.
 *
 * <p>Holds the entries of the last read only, and a page of the cluster's list.
 */
final class OpenDirectory {
    /** What reads need of the mount. */
    interface Source {
        Iterator<NameEntry> list(DirectoryNode directory);

        /** The node of an entry, given to the kernel. */
        Node given(DirectoryNode directory, NameEntry entry, long asked);

        /** What the node is, if it is known; else what the entry says. */
        NodeAttributes attributes(DirectoryNode directory, NameEntry entry);

        NodeAttributes attributes(Node node);
    }

    /** An entry of the cluster, a new file of this mount, or "." and "..". */
    private record Entry(
            String name,
            @Nullable NameEntry there,
            @Nullable Node node) {}

    private final DirectoryNode directory;
    private final NodeTable nodes;
    private final Source source;
    private final java.time.Duration valid;

    private Iterator<NameEntry> remote = List.<NameEntry>of().iterator();
    private Map<String, FileNode> fresh = Map.of();
    private Iterator<FileNode> rest = List.<FileNode>of().iterator();
    private boolean first = true;
    private long asked;

    /** Entries from offset {@code begin} on that were read ahead of or by the last read. */
    private final List<Entry> window = new ArrayList<>();

    private long begin;

    OpenDirectory(DirectoryNode directory, NodeTable nodes, Source source, java.time.Duration valid) {
        this.directory = directory;
        this.nodes = nodes;
        this.source = source;
        this.valid = valid;
    }

    DirectoryNode directory() {
        return directory;
    }

    /** Adds the entries from {@code offset} on to the reply, as many as fit into {@code size} bytes. */
    synchronized void read(long offset, int size, boolean plus, Reply reply) {
        if (first || offset < begin || offset == 0) {
            restart();
        }
        while (begin < offset && (!window.isEmpty() || next())) {
            window.removeFirst();
            begin++;
        }
        for (int at = 0; at < window.size() || next(); at++) {
            if (!put(window.get(at), offset + at + 1, size, plus, reply)) {
                return;
            }
        }
    }

    private void restart() {
        first = false;
        asked = System.nanoTime();
        fresh = new HashMap<>();
        nodes.newFiles(directory).forEach(file -> fresh.put(file.name, file));
        remote = source.list(directory);
        rest = List.copyOf(fresh.values()).iterator();
        window.clear();
        begin = 0;
        window.add(new Entry(".", null, directory));
        window.add(new Entry("..", null, directory.parent == null ? directory : directory.parent));
    }

    /** Reads one more entry into the window; false at the end. */
    private boolean next() {
        while (remote.hasNext()) {
            NameEntry entry = remote.next();
            if (!fresh.containsKey(entry.name())) {
                window.add(new Entry(entry.name(), entry, null));
                return true;
            }
        }
        while (rest.hasNext()) {
            FileNode file = rest.next();
            if (!file.removed && file.parent == directory) {
                window.add(new Entry(file.name, null, file));
                return true;
            }
        }
        return false;
    }

    private boolean put(Entry entry, long next, int size, boolean plus, Reply reply) {
        NameEntry there = entry.there();
        Node node = entry.node();
        if (!plus) {
            NodeAttributes shown = there == null ? source.attributes(known(node)) : source.attributes(directory, there);
            return reply.directoryEntry(size, entry.name(), shown.inode(), shown.mode(), next);
        }
        if (!reply.hasRoom(size, entry.name())) {
            return false;
        }
        if (there != null && directory.namesTakenSince(asked)) {
            // Not given: the kernel would show a name again that was removed, until its time is over. It looks it up.
            NodeAttributes shown = source.attributes(directory, there);
            return reply.directoryEntry(size, entry.name(), shown, next, 0, valid);
        }
        if (there != null) {
            Node given = source.given(directory, there, asked);
            return reply.directoryEntry(size, entry.name(), source.attributes(given), next, given.number, valid);
        }
        boolean self = entry.name().equals(".") || entry.name().equals("..");
        Node mine = known(node);
        long number = self ? 0 : nodes.given(mine).number;
        return reply.directoryEntry(size, entry.name(), source.attributes(mine), next, number, valid);
    }

    private static Node known(@Nullable Node node) {
        return java.util.Objects.requireNonNull(node);
    }
}
