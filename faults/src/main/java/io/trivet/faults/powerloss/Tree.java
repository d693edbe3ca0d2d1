package io.trivet.faults.powerloss;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All inodes of one file system, in their current and their durable state. One thread at a time.
 */
final class Tree {
    static final long ROOT = 1;
    private static final int RENAME_NO_REPLACE = 1;
    private static final int MAX_NAME_BYTES = 255;
    private static final long MAX_FILE_BYTES = 1L << 40;

    /**
     * The most pending changes of names; then the older half becomes durable, as on a disk sooner
     * or later.
     */
    private static final int MAX_PENDING = 20_000;

    private static final int MIN_COLLECTED = 20_000;

    private final Blocks blocks;
    private final Space space;
    private final Map<Long, Inode> inodes = new HashMap<>();
    private final List<NameChange> pending = new ArrayList<>();
    private final Inode.Directory root = new Inode.Directory(ROOT, 0755);
    private int journaled;
    private long lastNumber = ROOT;
    private int collectAt = MIN_COLLECTED;

    /**
     * {@code blocks} must be more than {@code space} has, since the durable state takes some too.
     */
    Tree(Blocks blocks, Space space) {
        this.blocks = blocks;
        this.space = space;
        root.links = 1;
        inodes.put(ROOT, root);
    }

    Inode.Directory root() {
        return root;
    }

    Blocks blocks() {
        return blocks;
    }

    Space space() {
        return space;
    }

    Inode inode(long number) throws Errno {
        Inode inode = inodes.get(number);
        if (inode == null) {
            throw new Errno(Errno.STALE);
        }
        return inode;
    }

    Inode.File file(long number) throws Errno {
        if (inode(number) instanceof Inode.File file) {
            return file;
        }
        throw new Errno(Errno.IS_DIRECTORY);
    }

    Inode.Directory directory(long number) throws Errno {
        if (inode(number) instanceof Inode.Directory directory) {
            return directory;
        }
        throw new Errno(Errno.NOT_DIRECTORY);
    }

    static Inode find(Inode.Directory parent, String name) throws Errno {
        Inode found = parent.names.get(name);
        if (found == null) {
            throw new Errno(Errno.NOT_FOUND);
        }
        return found;
    }

    Inode.File create(Inode.Directory parent, String name, int permissions) throws Errno {
        requireFree(parent, name);
        Inode.File file = new Inode.File(++lastNumber, permissions);
        enter(file);
        change(List.of(new NameChange.Edit(parent, name, file)));
        return file;
    }

    Inode.Directory makeDirectory(Inode.Directory parent, String name, int permissions) throws Errno {
        requireFree(parent, name);
        space.take(1);
        Inode.Directory directory = new Inode.Directory(++lastNumber, permissions);
        enter(directory);
        change(List.of(new NameChange.Edit(parent, name, directory)));
        return directory;
    }

    private void enter(Inode inode) {
        inodes.put(inode.number, inode);
        if (inodes.size() > collectAt) {
            collect();
            collectAt = Math.max(MIN_COLLECTED, 2 * inodes.size());
        }
    }

    private static void requireFree(Inode.Directory parent, String name) throws Errno {
        if (name.length() > MAX_NAME_BYTES) {
            throw new Errno(Errno.NAME_TOO_LONG);
        }
        if (parent.names.containsKey(name)) {
            throw new Errno(Errno.EXISTS);
        }
        if (!parent.isUsed()) {
            throw new Errno(Errno.NOT_FOUND);
        }
    }

    void link(Inode.File file, Inode.Directory parent, String name) throws Errno {
        requireFree(parent, name);
        change(List.of(new NameChange.Edit(parent, name, file)));
    }

    void unlink(Inode.Directory parent, String name) throws Errno {
        if (find(parent, name) instanceof Inode.Directory) {
            throw new Errno(Errno.IS_DIRECTORY);
        }
        change(List.of(new NameChange.Edit(parent, name, null)));
    }

    void removeDirectory(Inode.Directory parent, String name) throws Errno {
        if (!(find(parent, name) instanceof Inode.Directory directory)) {
            throw new Errno(Errno.NOT_DIRECTORY);
        }
        requireEmpty(directory);
        change(List.of(new NameChange.Edit(parent, name, null)));
    }

    private static void requireEmpty(Inode.Directory directory) throws Errno {
        if (!directory.names.isEmpty()) {
            throw new Errno(Errno.NOT_EMPTY);
        }
    }

    void rename(Inode.Directory from, String name, Inode.Directory to, String newName, int flags) throws Errno {
        Inode moved = find(from, name);
        Inode replaced = to.names.get(newName);
        if ((flags & ~RENAME_NO_REPLACE) != 0) {
            throw new Errno(Errno.INVALID);
        }
        if (replaced == null) {
            requireFree(to, newName);
        } else {
            requireReplaceable(moved, replaced, flags);
        }
        if (moved != replaced) {
            change(List.of(new NameChange.Edit(to, newName, moved), new NameChange.Edit(from, name, null)));
        }
    }

    private static void requireReplaceable(Inode moved, Inode replaced, int flags) throws Errno {
        if ((flags & RENAME_NO_REPLACE) != 0) {
            throw new Errno(Errno.EXISTS);
        }
        if (replaced instanceof Inode.Directory directory) {
            if (moved instanceof Inode.File) {
                throw new Errno(Errno.IS_DIRECTORY);
            }
            requireEmpty(directory);
        } else if (moved instanceof Inode.Directory) {
            throw new Errno(Errno.NOT_DIRECTORY);
        }
    }

    private void change(List<NameChange.Edit> edits) {
        for (NameChange.Edit edit : edits) {
            Map<String, Inode> names = edit.directory().names;
            Inode after = edit.after();
            if (after != null) {
                after.links++;
                after.changed();
            }
            Inode before = after == null ? names.remove(edit.name()) : names.put(edit.name(), after);
            if (before != null) {
                before.links--;
                before.changed();
                release(before);
            }
            edit.directory().modifiedNanos = Inode.now();
            edit.directory().changed();
        }
        pending.add(new NameChange(edits));
        if (pending.size() > MAX_PENDING) {
            List<NameChange> older = pending.subList(0, MAX_PENDING / 2);
            older.forEach(NameChange::commit);
            older.clear();
            journaled = Math.max(0, journaled - MAX_PENDING / 2);
        }
    }

    /** Frees its room once nothing refers to it; its durable state takes none. */
    void release(Inode inode) {
        if (!inode.isUsed()) {
            space.give(room(inode));
        }
    }

    private static int room(Inode inode) {
        return switch (inode) {
            case Inode.File file -> file.bytes.taken();
            case Inode.Directory _ -> 1;
        };
    }

    /** Returns the number of bytes read. */
    int read(Inode.File file, long offset, MemorySegment into) {
        int length = (int) Math.clamp(file.bytes.size() - offset, 0, into.byteSize());
        for (int done = 0; done < length; ) {
            int within = (int) ((offset + done) % Blocks.BYTES);
            int some = Math.min(length - done, Blocks.BYTES - within);
            MemorySegment target = into.asSlice(done, some);
            int block = file.bytes.block((int) ((offset + done) / Blocks.BYTES));
            if (block == Blocks.HOLE) {
                target.fill((byte) 0);
            } else {
                target.copyFrom(blocks.at(block).asSlice(within, some));
            }
            done += some;
        }
        return length;
    }

    /** Returns the number of bytes written: fewer than all if the disk becomes full. */
    int write(Inode.File file, long offset, MemorySegment bytes) throws Errno {
        if (offset + bytes.byteSize() > MAX_FILE_BYTES) {
            throw new Errno(Errno.TOO_LARGE);
        }
        int done = 0;
        try {
            while (done < bytes.byteSize()) {
                int within = (int) ((offset + done) % Blocks.BYTES);
                int some = (int) Math.min(bytes.byteSize() - done, Blocks.BYTES - within);
                MemorySegment block = writable(file, (int) ((offset + done) / Blocks.BYTES));
                block.asSlice(within, some).copyFrom(bytes.asSlice(done, some));
                done += some;
            }
        } catch (Errno e) {
            if (done == 0) {
                throw e;
            }
        }
        file.bytes.resize(Math.max(file.bytes.size(), offset + done));
        touch(file);
        return done;
    }

    private static void touch(Inode.File file) {
        file.dirty = true;
        file.modifiedNanos = Inode.now();
        file.changed();
    }

    /** The file's own block there, separate from the durable one. */
    private MemorySegment writable(Inode.File file, int index) throws Errno {
        int old = file.bytes.block(index);
        if (old != Blocks.HOLE && old != file.durable.block(index)) {
            return blocks.at(old);
        }
        if (old == Blocks.HOLE) {
            space.take(1);
        }
        int block = takeBlock();
        if (old != Blocks.HOLE) {
            blocks.at(block).copyFrom(blocks.at(old));
        }
        file.bytes.put(index, block);
        return blocks.at(block);
    }

    /**
     * If all are taken, everything becomes durable: a disk cannot keep the old state beside the new
     * for ever.
     */
    int takeBlock() {
        int block = blocks.take();
        if (block == Blocks.HOLE) {
            collect();
            block = blocks.take();
        }
        if (block == Blocks.HOLE) {
            syncAll();
            collect();
            block = blocks.take();
        }
        if (block == Blocks.HOLE) {
            throw new IllegalStateException("more is in use than there is");
        }
        return block;
    }

    void resize(Inode.File file, long size) throws Errno {
        if (size > MAX_FILE_BYTES) {
            throw new Errno(Errno.TOO_LARGE);
        }
        if (size < file.bytes.size()) {
            int before = file.bytes.taken();
            int last = (int) (size / Blocks.BYTES);
            int within = (int) (size % Blocks.BYTES);
            if (within > 0 && file.bytes.block(last) != Blocks.HOLE) {
                writable(file, last).asSlice(within).fill((byte) 0);
            }
            file.bytes.dropFrom(within == 0 ? last : last + 1);
            space.give(before - file.bytes.taken());
        }
        file.bytes.resize(size);
        touch(file);
    }

    /** Takes room without writing. */
    void reserve(Inode.File file, long offset, long length, boolean keepSize) throws Errno {
        if (offset + length > MAX_FILE_BYTES) {
            throw new Errno(Errno.TOO_LARGE);
        }
        for (int index = (int) (offset / Blocks.BYTES); (long) index * Blocks.BYTES < offset + length; index++) {
            if (file.bytes.block(index) == Blocks.HOLE) {
                writable(file, index);
            }
        }
        if (!keepSize) {
            file.bytes.resize(Math.max(file.bytes.size(), offset + length));
        }
        touch(file);
    }

    /** Makes its bytes durable, but not its names. */
    void sync(Inode.File file) {
        file.sync();
        journaled = pending.size();
    }

    /**
     * Makes the names in it durable, and with each change all earlier ones in the directories that
     * it touches.
     */
    void sync(Inode.Directory directory) {
        Set<Inode.Directory> touched = new HashSet<>(Set.of(directory));
        Deque<NameChange> durable = new ArrayDeque<>();
        for (int number = pending.size() - 1; number >= 0; number--) {
            NameChange change = pending.get(number);
            if (change.touches(touched)) {
                touched.addAll(change.directories());
                durable.addFirst(change);
            }
        }
        durable.forEach(NameChange::commit);
        Set<NameChange> gone = Collections.newSetFromMap(new IdentityHashMap<>());
        gone.addAll(durable);
        pending.removeIf(gone::contains);
        journaled = pending.size();
    }

    /** Makes everything durable. */
    void syncAll() {
        takePending().forEach(NameChange::commit);
        inodes.values().forEach(inode -> {
            if (inode instanceof Inode.File file) {
                file.sync();
            }
        });
    }

    /**
     * Returns the changes of names that are not durable, and removes them from the pending ones.
     */
    List<NameChange> takePending() {
        List<NameChange> taken = List.copyOf(pending);
        pending.clear();
        journaled = 0;
        return taken;
    }

    /**
     * The number of pending changes, from the first on, that existed at the last fsync of anything.
     */
    int journaledChanges() {
        return journaled;
    }

    int pendingChanges() {
        return pending.size();
    }

    /**
     * A line for each file whose current state is not durable, and for each name; those of one
     * change in one line. At most {@code max} lines.
     */
    List<String> unsynced(int max) {
        Map<Inode, String> paths = new HashMap<>();
        addPaths(root, "", paths);
        List<String> lines = new ArrayList<>();
        for (NameChange change : pending) {
            lines.add(change.edits().stream()
                    .map(edit -> (edit.after() == null ? "gone " : "named ") + paths.getOrDefault(edit.directory(), "?")
                            + "/" + edit.name())
                    .collect(Collectors.joining(", ")));
        }
        paths.forEach((inode, path) -> {
            if (inode instanceof Inode.File file && file.dirty) {
                lines.add("written " + path + ", " + file.durable.size() + " bytes of " + file.bytes.size());
            }
        });
        return List.copyOf(lines.subList(0, Math.min(max, lines.size())));
    }

    private static void addPaths(Inode inode, String path, Map<Inode, String> paths) {
        paths.put(inode, path);
        if (inode instanceof Inode.Directory directory) {
            directory.names.forEach((name, child) -> addPaths(child, path + "/" + name, paths));
        }
    }

    /** Frees what no name, kernel reference or cut can bring back. */
    void collect() {
        Set<Inode> living = living();
        inodes.values().retainAll(living);
        BitSet inUse = new BitSet();
        for (Inode inode : living) {
            if (inode instanceof Inode.File file) {
                mark(file.bytes, inUse);
                mark(file.durable, inUse);
            }
        }
        blocks.keepOnly(inUse);
    }

    private static void mark(FileBytes bytes, BitSet inUse) {
        for (int index = 0; index < bytes.length(); index++) {
            if (bytes.block(index) != Blocks.HOLE) {
                inUse.set(bytes.block(index));
            }
        }
    }

    private Set<Inode> living() {
        Set<Inode> living = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Inode> open = new ArrayDeque<>(List.of(root));
        inodes.values().stream()
                .filter(inode -> inode.lookups > 0 || inode.opens > 0)
                .forEach(open::add);
        for (NameChange change : pending) {
            for (NameChange.Edit edit : change.edits()) {
                add(edit.directory(), open);
                add(edit.after(), open);
            }
        }
        for (Inode next = open.poll(); next != null; next = open.poll()) {
            if (living.add(next) && next instanceof Inode.Directory directory) {
                open.addAll(directory.names.values());
                open.addAll(directory.durable.values());
            }
        }
        return living;
    }

    private static void add(@Nullable Inode inode, Deque<Inode> to) {
        if (inode != null) {
            to.add(inode);
        }
    }

    /** Starts after a cut: only the durable state remains, and no file is open. */
    void restart() {
        inodes.values().forEach(inode -> {
            inode.links = 0;
            inode.opens = 0;
            inode.lookups = 0;
            if (inode instanceof Inode.Directory directory) {
                directory.names.clear();
                directory.names.putAll(directory.durable);
            }
        });
        collect();
        root.links = 1;
        int used = 0;
        for (Inode inode : inodes.values()) {
            if (inode instanceof Inode.Directory directory) {
                directory.names.values().forEach(child -> child.links++);
            }
            used += inode == root ? 0 : room(inode);
        }
        space.restart(used);
    }

    List<Inode.File> files() {
        List<Inode.File> files = new ArrayList<>();
        inodes.values().forEach(inode -> {
            if (inode instanceof Inode.File file) {
                files.add(file);
            }
        });
        return files;
    }
}
