package io.trivet.faults.powerloss;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Answers the kernel's requests for one mount, in the format of {@code linux/fuse.h}, version 7.31.
 * Names and attributes may be cached for ever, because only the kernel changes them. Any thread;
 * the tree is the lock.
 */
final class FuseRequests {
    static final int MAX_WRITE_BYTES = 128 << 10;

    private static final int MINOR = 31;
    private static final int ASYNC_READ = 1;
    private static final int BIG_WRITES = 1 << 5;
    private static final int MAX_PAGES = 1 << 22;
    private static final long FOR_EVER_SECONDS = 1 << 30;
    private static final int ATTRIBUTES_BYTES = 88;
    private static final int ENTRY_BYTES = 40 + ATTRIBUTES_BYTES;
    private static final int MAX_SYNC_MICROS = 4000;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

    private final Tree tree;
    private final Map<Long, List<Named>> listings = new HashMap<>();
    private long lastListing;
    private boolean ended;
    private boolean failing;

    private record Named(String name, Inode inode) {}

    FuseRequests(Tree tree) {
        this.tree = tree;
    }

    /** From now on every request fails and nothing is changed. */
    void end() {
        synchronized (tree) {
            ended = true;
        }
    }

    /** Sets whether writes and fsyncs fail as on a broken disk. */
    void fail(boolean failingNow) {
        synchronized (tree) {
            failing = failingNow;
        }
    }

    /** Returns the number of bytes in {@code out}. */
    long answer(int opcode, long number, MemorySegment in, MemorySegment out) throws Errno {
        if (opcode == Opcode.FSYNC || opcode == Opcode.FSYNC_DIRECTORY) {
            // A disk takes time, and concurrent writes may or may not be included.
            LockSupport.parkNanos(1000L * ThreadLocalRandom.current().nextInt(MAX_SYNC_MICROS));
        }
        synchronized (tree) {
            if (ended) {
                throw new Errno(Errno.IO);
            }
            return dispatch(opcode, number, in, out);
        }
    }

    private long dispatch(int opcode, long number, MemorySegment in, MemorySegment out) throws Errno {
        return switch (opcode) {
            case Opcode.INIT -> begin(in, out);
            case Opcode.LOOKUP -> entry(Tree.find(tree.directory(number), name(in, 0)), out);
            case Opcode.FORGET -> {
                forget(number, in.get(LONG, 0));
                yield 0;
            }
            case Opcode.BATCH_FORGET -> forgetMany(in);
            case Opcode.INTERRUPT -> 0;
            case Opcode.GET_ATTRIBUTES -> attributes(tree.inode(number), out);
            case Opcode.SET_ATTRIBUTES -> setAttributes(tree.inode(number), in, out);
            case Opcode.MAKE_NODE -> entry(create(number, in.get(INT, 0), name(in, 16)), out);
            case Opcode.MAKE_DIRECTORY ->
                entry(tree.makeDirectory(tree.directory(number), name(in, 8), in.get(INT, 0) & 07777), out);
            case Opcode.UNLINK -> {
                tree.unlink(tree.directory(number), name(in, 0));
                yield 0;
            }
            case Opcode.REMOVE_DIRECTORY -> {
                tree.removeDirectory(tree.directory(number), name(in, 0));
                yield 0;
            }
            case Opcode.RENAME -> rename(number, in.get(LONG, 0), 0, in.asSlice(8));
            case Opcode.RENAME2 -> rename(number, in.get(LONG, 0), in.get(INT, 8), in.asSlice(16));
            case Opcode.LINK -> {
                Inode.File file = tree.file(in.get(LONG, 0));
                tree.link(file, tree.directory(number), name(in, 8));
                yield entry(file, out);
            }
            case Opcode.OPEN -> open(tree.file(number), out);
            case Opcode.CREATE -> {
                Inode.File file = create(number, in.get(INT, 4), name(in, 16));
                yield entry(file, out) + open(file, out.asSlice(ENTRY_BYTES));
            }
            case Opcode.READ -> {
                int size = Math.min(in.get(INT, 16), MAX_WRITE_BYTES);
                yield tree.read(tree.file(number), in.get(LONG, 8), out.asSlice(0, size));
            }
            case Opcode.WRITE -> write(tree.file(number), in, out);
            case Opcode.STATFS -> space(out);
            case Opcode.RELEASE -> close(tree.file(number));
            case Opcode.FSYNC -> {
                requireWhole();
                tree.sync(tree.file(number));
                yield 0;
            }
            case Opcode.FSYNC_DIRECTORY -> {
                requireWhole();
                tree.sync(tree.directory(number));
                yield 0;
            }
            case Opcode.OPEN_DIRECTORY -> openDirectory(tree.directory(number), out);
            case Opcode.READ_DIRECTORY -> readDirectory(in, out);
            case Opcode.RELEASE_DIRECTORY -> {
                listings.remove(in.get(LONG, 0));
                yield 0;
            }
            case Opcode.ALLOCATE -> allocate(tree.file(number), in);
            default -> throw new Errno(Errno.NOT_IMPLEMENTED);
        };
    }

    private static String name(MemorySegment in, long offset) {
        return in.getString(offset, StandardCharsets.UTF_8);
    }

    private static long begin(MemorySegment in, MemorySegment out) {
        out.asSlice(0, 64).fill((byte) 0);
        out.set(INT, 0, 7);
        out.set(INT, 4, MINOR);
        out.set(INT, 8, in.get(INT, 8));
        out.set(INT, 12, in.get(INT, 12) & (ASYNC_READ | BIG_WRITES | MAX_PAGES));
        out.set(INT, 20, MAX_WRITE_BYTES);
        out.set(INT, 24, 1);
        out.set(SHORT, 28, (short) (MAX_WRITE_BYTES / Blocks.BYTES));
        return 64;
    }

    private long entry(Inode inode, MemorySegment out) {
        inode.lookups++;
        out.set(LONG, 0, inode.number);
        out.set(LONG, 8, 0);
        out.set(LONG, 16, FOR_EVER_SECONDS);
        out.set(LONG, 24, FOR_EVER_SECONDS);
        out.set(LONG, 32, 0);
        write(inode, out.asSlice(40));
        return ENTRY_BYTES;
    }

    private long attributes(Inode inode, MemorySegment out) {
        out.set(LONG, 0, FOR_EVER_SECONDS);
        out.set(LONG, 8, 0);
        write(inode, out.asSlice(16));
        return 16 + ATTRIBUTES_BYTES;
    }

    private static void write(Inode inode, MemorySegment out) {
        long size = inode instanceof Inode.File file ? file.bytes.size() : Blocks.BYTES;
        long sectors = inode instanceof Inode.File file
                ? (long) file.bytes.taken() * (Blocks.BYTES / Blocks.SECTOR_BYTES)
                : Blocks.BYTES / Blocks.SECTOR_BYTES;
        out.set(LONG, 0, inode.number);
        out.set(LONG, 8, size);
        out.set(LONG, 16, sectors);
        out.set(LONG, 24, inode.accessedNanos / 1_000_000_000);
        out.set(LONG, 32, inode.modifiedNanos / 1_000_000_000);
        out.set(LONG, 40, inode.changedNanos / 1_000_000_000);
        out.set(INT, 48, (int) (inode.accessedNanos % 1_000_000_000));
        out.set(INT, 52, (int) (inode.modifiedNanos % 1_000_000_000));
        out.set(INT, 56, (int) (inode.changedNanos % 1_000_000_000));
        out.set(INT, 60, inode.mode);
        out.set(INT, 64, inode instanceof Inode.Directory ? 2 : inode.links);
        out.set(INT, 68, inode.owner);
        out.set(INT, 72, inode.group);
        out.set(INT, 76, 0);
        out.set(INT, 80, Blocks.BYTES);
        out.set(INT, 84, 0);
    }

    private void forget(long number, long times) throws Errno {
        tree.inode(number).lookups -= times;
    }

    private long forgetMany(MemorySegment in) throws Errno {
        for (int entry = 0; entry < in.get(INT, 0); entry++) {
            forget(in.get(LONG, 8 + 16L * entry), in.get(LONG, 16 + 16L * entry));
        }
        return 0;
    }

    private long setAttributes(Inode inode, MemorySegment in, MemorySegment out) throws Errno {
        int valid = in.get(INT, 0);
        if ((valid & 1) != 0) {
            inode.mode = (inode.mode & ~07777) | (in.get(INT, 68) & 07777);
        }
        if ((valid & 2) != 0) {
            inode.owner = in.get(INT, 76);
        }
        if ((valid & 4) != 0) {
            inode.group = in.get(INT, 80);
        }
        if ((valid & 8) != 0) {
            requireWhole();
            tree.resize(tree.file(inode.number), in.get(LONG, 16));
        }
        if ((valid & 16) != 0) {
            inode.accessedNanos = (valid & 128) != 0 ? Inode.now() : nanos(in, 32, 56);
        }
        if ((valid & 32) != 0) {
            inode.modifiedNanos = (valid & 256) != 0 ? Inode.now() : nanos(in, 40, 60);
        }
        inode.changed();
        return attributes(inode, out);
    }

    private static long nanos(MemorySegment in, long seconds, long nanos) {
        return in.get(LONG, seconds) * 1_000_000_000 + in.get(INT, nanos);
    }

    private Inode.File create(long parent, int mode, String name) throws Errno {
        return tree.create(tree.directory(parent), name, mode & 07777);
    }

    private long rename(long from, long to, int flags, MemorySegment names) throws Errno {
        byte[] old = name(names, 0).getBytes(StandardCharsets.UTF_8);
        tree.rename(
                tree.directory(from),
                new String(old, StandardCharsets.UTF_8),
                tree.directory(to),
                name(names, old.length + 1),
                flags);
        return 0;
    }

    private static long open(Inode.File file, MemorySegment out) {
        file.opens++;
        out.asSlice(0, 16).fill((byte) 0);
        return 16;
    }

    private long close(Inode.File file) {
        file.opens--;
        tree.release(file);
        return 0;
    }

    private long write(Inode.File file, MemorySegment in, MemorySegment out) throws Errno {
        requireWhole();
        int written = tree.write(file, in.get(LONG, 8), in.asSlice(40, in.get(INT, 16)));
        out.set(INT, 0, written);
        out.set(INT, 4, 0);
        return 8;
    }

    private void requireWhole() throws Errno {
        if (failing) {
            throw new Errno(Errno.IO);
        }
    }

    private long space(MemorySegment out) {
        out.asSlice(0, 80).fill((byte) 0);
        out.set(LONG, 0, tree.space().total());
        out.set(LONG, 8, tree.space().free());
        out.set(LONG, 16, tree.space().free());
        out.set(LONG, 24, 1 << 30);
        out.set(LONG, 32, 1 << 30);
        out.set(INT, 40, Blocks.BYTES);
        out.set(INT, 44, 255);
        out.set(INT, 48, Blocks.BYTES);
        return 80;
    }

    private long openDirectory(Inode.Directory directory, MemorySegment out) {
        List<Named> listing = new ArrayList<>(List.of(new Named(".", directory), new Named("..", directory)));
        directory.names.forEach((name, inode) -> listing.add(new Named(name, inode)));
        listings.put(++lastListing, listing);
        out.set(LONG, 0, lastListing);
        out.set(LONG, 8, 0);
        return 16;
    }

    private long readDirectory(MemorySegment in, MemorySegment out) {
        List<Named> listing = listings.getOrDefault(in.get(LONG, 0), List.of());
        int limit = Math.min(in.get(INT, 16), MAX_WRITE_BYTES);
        int length = 0;
        for (int at = (int) in.get(LONG, 8); at < listing.size(); at++) {
            byte[] name = listing.get(at).name().getBytes(StandardCharsets.UTF_8);
            int padded = (24 + name.length + 7) / 8 * 8;
            if (length + padded > limit) {
                break;
            }
            MemorySegment entry = out.asSlice(length, padded);
            entry.fill((byte) 0);
            entry.set(LONG, 0, listing.get(at).inode().number);
            entry.set(LONG, 8, at + 1);
            entry.set(INT, 16, name.length);
            entry.set(INT, 20, listing.get(at).inode().mode >> 12);
            MemorySegment.copy(name, 0, entry, ValueLayout.JAVA_BYTE, 24, name.length);
            length += padded;
        }
        return length;
    }

    private long allocate(Inode.File file, MemorySegment in) throws Errno {
        requireWhole();
        int mode = in.get(INT, 24);
        if ((mode & ~1) != 0) {
            throw new Errno(Errno.INVALID);
        }
        tree.reserve(file, in.get(LONG, 8), in.get(LONG, 16), mode == 1);
        return 0;
    }
}
