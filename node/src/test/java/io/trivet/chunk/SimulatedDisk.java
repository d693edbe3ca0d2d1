package io.trivet.chunk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * A file system in memory that loses what was not fsynced, as a real one may: bytes of files, names
 * in directories, renames. It can lose power after a given number of changes, fail an fsync once
 * and then, like Linux, report success, be full, or lose parts.
 */
final class SimulatedDisk implements DiskFiles {
    /** What survives a power loss besides what was fsynced. */
    enum Survival {
        NOTHING,
        /** Names and lengths of files, but zeros for their unsynced bytes. */
        NAMES_ONLY,
        /** Each name and each page at random. */
        SOME,
        /** As if only the process died. */
        EVERYTHING
    }

    /**
     * The power is off: thrown by the interrupted change and by everything after it, until {@link
     * #restart}.
     */
    static final class PowerLost extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private static final int PAGE = 4096;

    private abstract static sealed class Item {}

    private static final class File extends Item {
        private byte[] live = {};
        private byte[] durable = {};
        private boolean syncIsALie;
    }

    private static final class Directory extends Item {
        private TreeMap<String, Item> live = new TreeMap<>();
        private TreeMap<String, Item> durable = new TreeMap<>();
        /** Names whose fsync failed: later fsyncs skip them and report success. */
        private final Set<String> lies = new HashSet<>();
    }

    private final Directory root = new Directory();
    private final Set<Path> locks = new HashSet<>();
    private final TreeSet<Path> dead = new TreeSet<>();
    private long changes;
    private long powerLostAfter = Long.MAX_VALUE;
    private boolean powerless;
    private int syncs;
    private int failingSync = -1;
    private long capacity = Long.MAX_VALUE;
    private boolean outOfFiles;
    private boolean readOnly;
    private Consumer<Path> beforeDirectorySync = _ -> {};
    private Runnable beforeSync = () -> {};
    private int syncMillis;

    /** The number of changes so far. */
    synchronized long changes() {
        return changes;
    }

    /** The number of fsyncs so far. */
    synchronized int syncs() {
        return syncs;
    }

    /** Makes the power fail during the change after the first {@code count}. */
    synchronized void losePowerAfter(long count) {
        powerLostAfter = count;
    }

    /** Makes the {@code number}-th fsync from now on (from 0) fail, once. */
    synchronized void failSync(int number) {
        failingSync = syncs + number;
    }

    /** Makes every open of a file fail, as without free file descriptors; the disk itself works. */
    synchronized void outOfFiles(boolean now) {
        outOfFiles = now;
    }

    /** Makes the file system read-only. */
    synchronized void readOnly(boolean now) {
        readOnly = now;
    }

    /**
     * Sets a listener that gets each directory before its fsync, on the thread that requests it.
     */
    synchronized void beforeDirectorySync(Consumer<Path> seen) {
        beforeDirectorySync = seen;
    }

    /** Sets a listener that runs before the fsync of each file, on the thread that requests it. */
    synchronized void beforeSync(Runnable seen) {
        beforeSync = seen;
    }

    /** Makes an fsync take so long, as that of a real disk; others may write meanwhile. */
    synchronized void syncTakes(int millis) {
        syncMillis = millis;
    }

    /** Bytes of all files. */
    synchronized long used() {
        return used(root);
    }

    /** The bytes of a file at one moment. */
    record Copy(Path path, byte[] bytes) {}

    synchronized Copy copy(Path path) throws IOException {
        return new Copy(path, bytes(path));
    }

    /** Puts the bytes back, durably. */
    synchronized void restore(Copy copy) throws IOException {
        overwrite(copy.path, copy.bytes);
    }

    synchronized void capacity(long bytes) {
        capacity = bytes;
    }

    /** Makes everything at and below the path answer with an I/O error from now on. */
    synchronized void kill(Path path) {
        dead.add(path);
    }

    synchronized void revive(Path path) {
        dead.remove(path);
    }

    /** Removes everything at and below the path, like an unmount. */
    synchronized Vanished vanish(Path path) throws IOException {
        return new Vanished(
                path, Objects.requireNonNull(directory(parent(path)).live.remove(name(path))));
    }

    /** What {@link #vanish} removed; {@link #comeBack} restores it, like a mount of its disk. */
    record Vanished(Path path, Object item) {}

    synchronized void comeBack(Vanished vanished) throws IOException {
        directory(parent(vanished.path)).live.put(name(vanished.path), (Item) vanished.item);
    }

    synchronized byte[] bytes(Path path) throws IOException {
        return file(path).live.clone();
    }

    /** Changes bytes durably, unseen by the store. */
    synchronized void overwrite(Path path, byte[] bytes) throws IOException {
        File file = file(path);
        file.live = bytes.clone();
        file.durable = bytes.clone();
    }

    /** Restores the power, with what survived. */
    synchronized void restart(Survival survival, long seed) {
        restart(root, survival, new Random(seed));
        locks.clear();
        powerless = false;
        powerLostAfter = Long.MAX_VALUE;
    }

    private static void restart(Directory directory, Survival survival, Random random) {
        TreeMap<String, Item> names = new TreeMap<>(survival == Survival.NOTHING ? directory.durable : directory.live);
        if (survival == Survival.SOME) {
            Set<String> all = new TreeSet<>(directory.live.keySet());
            all.addAll(directory.durable.keySet());
            for (String name : all) {
                Item survivor = (random.nextBoolean() ? directory.live : directory.durable).get(name);
                if (survivor == null) {
                    names.remove(name);
                } else {
                    names.put(name, survivor);
                }
            }
        }
        directory.live = names;
        directory.durable = new TreeMap<>(survival == Survival.EVERYTHING ? directory.durable : names);
        for (Item item : names.values()) {
            switch (item) {
                case Directory below -> restart(below, survival, random);
                case File file -> restart(file, survival, random);
            }
        }
    }

    private static void restart(File file, Survival survival, Random random) {
        switch (survival) {
            case EVERYTHING -> {
                return;
            }
            case NOTHING -> file.live = file.durable.clone();
            case NAMES_ONLY -> file.live = Arrays.copyOf(file.durable, file.live.length);
            case SOME -> {
                byte[] mixed = Arrays.copyOf(file.durable, file.live.length);
                for (int at = 0; at < mixed.length; at += PAGE) {
                    if (random.nextBoolean()) {
                        System.arraycopy(file.live, at, mixed, at, Math.min(PAGE, mixed.length - at));
                    }
                }
                file.live = mixed;
            }
        }
        file.durable = file.live.clone();
    }

    @Override
    public synchronized OpenFile create(Path file) throws IOException {
        change(file);
        requireFiles();
        Directory directory = directory(parent(file));
        if (directory.live.containsKey(name(file))) {
            throw new FileAlreadyExistsException(file.toString());
        }
        File made = new File();
        put(directory, name(file), made);
        return new Handle(file, made);
    }

    @Override
    public synchronized OpenFile open(Path file) throws IOException {
        look(file);
        requireFiles();
        return new Handle(file, file(file));
    }

    @Override
    public synchronized OpenFile update(Path file) throws IOException {
        requireWritable(file);
        return open(file);
    }

    private void requireFiles() throws IOException {
        if (outOfFiles) {
            throw new SystemBusyException("Too many open files", null);
        }
    }

    @Override
    public synchronized void rename(Path from, Path to) throws IOException {
        look(to);
        change(from);
        Directory source = directory(parent(from));
        Directory target = directory(parent(to));
        Item item = source.live.get(name(from));
        if (item == null) {
            throw new NoSuchFileException(from.toString());
        }
        put(target, name(to), item);
        source.live.remove(name(from));
        source.lies.remove(name(from));
    }

    @Override
    public synchronized void delete(Path path) throws IOException {
        change(path);
        Directory directory = directory(parent(path));
        Item item = directory.live.get(name(path));
        if (item == null) {
            throw new NoSuchFileException(path.toString());
        }
        if (item instanceof Directory full && !full.live.isEmpty()) {
            throw new DirectoryNotEmptyException(path.toString());
        }
        directory.live.remove(name(path));
        directory.lies.remove(name(path));
    }

    @Override
    public synchronized void makeDirectory(Path path) throws IOException {
        change(path);
        Directory directory = directory(parent(path));
        Item there = directory.live.get(name(path));
        if (there instanceof File) {
            throw new FileAlreadyExistsException(path.toString());
        }
        if (there == null) {
            put(directory, name(path), new Directory());
        }
    }

    @Override
    public synchronized void syncDirectory(Path path) throws IOException {
        beforeDirectorySync.accept(path);
        change(path);
        Directory directory = directory(path);
        if (failsNow()) {
            Set<String> pending = new TreeSet<>(directory.live.keySet());
            pending.addAll(directory.durable.keySet());
            pending.removeIf(name -> directory.live.get(name) == directory.durable.get(name));
            directory.lies.addAll(pending);
            throw new IOException(path + ": fsync failed: Input/output error");
        }
        TreeMap<String, Item> synced = new TreeMap<>(directory.live);
        for (String name : directory.lies) {
            Item old = directory.durable.get(name);
            synced.remove(name);
            if (old != null) {
                synced.put(name, old);
            }
        }
        directory.durable = synced;
    }

    @Override
    public synchronized boolean exists(Path path) throws IOException {
        look(path);
        try {
            return path.equals(path.getRoot()) || directory(parent(path)).live.containsKey(name(path));
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @Override
    public synchronized long size(Path file) throws IOException {
        look(file);
        return file(file).live.length;
    }

    @Override
    public void list(Path path, Visitor visitor) throws IOException {
        Set<String> names;
        synchronized (this) {
            look(path);
            names = new TreeSet<>(directory(path).live.keySet());
        }
        for (String name : names) {
            visitor.visit(path.resolve(name));
        }
    }

    @Override
    public synchronized long freeBytes(Path directory) throws IOException {
        look(directory);
        return capacity - used(root);
    }

    /** All directories share one capacity. */
    @Override
    public synchronized Object fileSystem(Path directory) throws IOException {
        look(directory);
        return this;
    }

    @Override
    public synchronized Optional<Closeable> lock(Path file) throws IOException {
        look(file);
        return locks.add(file) ? Optional.of(() -> unlock(file)) : Optional.empty();
    }

    private synchronized void unlock(Path file) {
        locks.remove(file);
    }

    private static long used(Directory directory) {
        long sum = 0;
        for (Item item : directory.live.values()) {
            sum += switch (item) {
                case Directory below -> used(below);
                case File file -> file.live.length;
            };
        }
        return sum;
    }

    private boolean failsNow() {
        return syncs++ == failingSync;
    }

    private void look(Path path) throws IOException {
        if (powerless) {
            throw new PowerLost();
        }
        for (Path lost : dead) {
            if (path.startsWith(lost)) {
                throw new IOException(path + ": Input/output error");
            }
        }
    }

    private void change(Path path) throws IOException {
        look(path);
        requireWritable(path);
        if (changes >= powerLostAfter) {
            powerless = true;
            throw new PowerLost();
        }
        changes++;
    }

    private void requireWritable(Path path) throws IOException {
        look(path);
        if (readOnly) {
            throw new ReadOnlyException(path + ": Read-only file system", null);
        }
    }

    private static void put(Directory directory, String name, Item item) {
        directory.live.put(name, item);
        directory.lies.remove(name);
    }

    private Directory directory(Path path) throws IOException {
        Directory at = root;
        for (Path name : path) {
            if (!(at.live.get(name.toString()) instanceof Directory next)) {
                throw new NoSuchFileException(path.toString());
            }
            at = next;
        }
        return at;
    }

    private File file(Path path) throws IOException {
        if (directory(parent(path)).live.get(name(path)) instanceof File file) {
            return file;
        }
        throw new NoSuchFileException(path.toString());
    }

    private static Path parent(Path path) {
        return Objects.requireNonNull(path.getParent());
    }

    private static String name(Path path) {
        return Objects.requireNonNull(path.getFileName()).toString();
    }

    private final class Handle implements OpenFile {
        private final Path path;
        private final File file;

        private Handle(Path path, File file) {
            this.path = path;
            this.file = file;
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            synchronized (SimulatedDisk.this) {
                look(path);
                int length = (int) Math.min(into.remaining(), file.live.length - position);
                if (length <= 0) {
                    return into.hasRemaining() ? -1 : 0;
                }
                into.put(file.live, (int) position, length);
                return length;
            }
        }

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            synchronized (SimulatedDisk.this) {
                try {
                    change(path);
                } catch (PowerLost e) {
                    put(bytes, bytes.remaining() / 2, position);
                    throw e;
                }
                long room = capacity - used(root);
                boolean fits = bytes.remaining() <= room;
                put(bytes, (int) Math.min(room, bytes.remaining()), position);
                if (!fits) {
                    throw new NoSpaceException(path + ": No space left on device", null);
                }
            }
        }

        private void put(ByteBuffer bytes, int length, long position) {
            int end = (int) position + length;
            file.live = Arrays.copyOf(file.live, Math.max(file.live.length, end));
            bytes.get(file.live, (int) position, length);
        }

        @Override
        public void sync() throws IOException {
            beforeSync.run();
            LockSupport.parkNanos(1_000_000L * syncMillis);
            synchronized (SimulatedDisk.this) {
                change(path);
                if (failsNow()) {
                    file.syncIsALie = true;
                    throw new IOException(path + ": fsync failed: Input/output error");
                }
                if (!file.syncIsALie) {
                    file.durable = file.live.clone();
                }
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            synchronized (SimulatedDisk.this) {
                change(path);
                if (size < file.live.length) {
                    file.live = Arrays.copyOf(file.live, (int) size);
                }
            }
        }

        @Override
        public long size() throws IOException {
            synchronized (SimulatedDisk.this) {
                look(path);
                return file.live.length;
            }
        }

        @Override
        public void close() {}
    }

    /** The number of bytes of every file below a directory, for comparison. */
    synchronized Map<Path, Integer> filesBelow(Path path) throws IOException {
        Map<Path, Integer> all = new TreeMap<>();
        collect(path, directory(path), all);
        return all;
    }

    private static void collect(Path path, Directory directory, Map<Path, Integer> all) {
        directory.live.forEach((name, item) -> {
            switch (item) {
                case Directory below -> collect(path.resolve(name), below, all);
                case File file -> all.put(path.resolve(name), file.live.length);
            }
        });
    }
}
