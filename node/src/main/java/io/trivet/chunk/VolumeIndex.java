package io.trivet.chunk;

import io.trivet.model.ChunkId;
import io.trivet.model.FileId;
import io.trivet.model.Slot;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where the records of the chunks of one disk are. In memory: a sorted array for each slot, with 24
 * bytes a chunk and at most a quarter more as room to grow. Any thread.
 */
final class VolumeIndex {
    private static final int LONGS = 3;
    private static final int FIRST_ROOM = 4;

    private final Table[] slots = new Table[Slot.COUNT];
    private final AtomicLong size = new AtomicLong();

    VolumeIndex() {
        Arrays.setAll(slots, _ -> new Table());
    }

    /** The place of a chunk; {@link RecordPlace#NONE} if there is none. */
    long get(ChunkId chunk, Slot slot) {
        return slots[slot.number()].get(chunk);
    }

    /** Sets the place of a chunk, and returns the one before. */
    long put(ChunkId chunk, Slot slot, long place) {
        long old = slots[slot.number()].put(chunk, place);
        if (old == RecordPlace.NONE) {
            size.incrementAndGet();
        }
        return old;
    }

    /** Sets the place of a chunk if it is {@code expected}; returns whether it was. */
    boolean replace(ChunkId chunk, Slot slot, long expected, long place) {
        return slots[slot.number()].replace(chunk, expected, place);
    }

    /** Removes a chunk if its place is {@code expected}; returns whether it was. */
    boolean remove(ChunkId chunk, Slot slot, long expected) {
        boolean removed = slots[slot.number()].remove(chunk, expected);
        if (removed) {
            size.decrementAndGet();
        }
        return removed;
    }

    /** The number of chunks. */
    long size() {
        return size.get();
    }

    /** Passes every chunk that a slot has at this moment. */
    <E extends Exception> void each(Slot slot, Visitor<E> visitor) throws E {
        long[] copy = slots[slot.number()].copy();
        for (int at = 0; at < copy.length; at += LONGS) {
            visitor.visit(chunk(copy[at], copy[at + 1]), slot, copy[at + 2]);
        }
    }

    /** Passes every chunk of every slot. */
    <E extends Exception> void each(Visitor<E> visitor) throws E {
        for (int slot = 0; slot < Slot.COUNT; slot++) {
            each(new Slot(slot), visitor);
        }
    }

    /** Passes every chunk whose record is in this volume. The visitor must be quick and not call this. */
    void eachIn(int volume, Visitor<RuntimeException> visitor) {
        for (int slot = 0; slot < Slot.COUNT; slot++) {
            slots[slot].eachIn(volume, new Slot(slot), visitor);
        }
    }

    /** Receives one chunk and its place. */
    @FunctionalInterface
    interface Visitor<E extends Exception> {
        void visit(ChunkId chunk, Slot slot, long place) throws E;
    }

    private static ChunkId chunk(long counter, long rest) {
        return new ChunkId(new FileId((int) (rest >>> 32), counter), (int) rest);
    }

    private static long rest(ChunkId chunk) {
        return ((long) chunk.file().epoch() << 32) | chunk.number();
    }

    /** The chunks of one slot, by counter, then epoch and number; guarded by its own monitor. */
    private static final class Table {
        private long[] rows = {};
        private int used;

        synchronized long get(ChunkId chunk) {
            int row = find(chunk);
            return row < 0 ? RecordPlace.NONE : rows[row * LONGS + 2];
        }

        synchronized long put(ChunkId chunk, long place) {
            int row = find(chunk);
            if (row >= 0) {
                long old = rows[row * LONGS + 2];
                rows[row * LONGS + 2] = place;
                return old;
            }
            insert(-row - 1, chunk, place);
            return RecordPlace.NONE;
        }

        synchronized boolean replace(ChunkId chunk, long expected, long place) {
            int row = find(chunk);
            if (row < 0 || rows[row * LONGS + 2] != expected) {
                return false;
            }
            rows[row * LONGS + 2] = place;
            return true;
        }

        synchronized boolean remove(ChunkId chunk, long expected) {
            int row = find(chunk);
            if (row < 0 || rows[row * LONGS + 2] != expected) {
                return false;
            }
            int at = row * LONGS;
            used--;
            System.arraycopy(rows, at + LONGS, rows, at, used * LONGS - at);
            if (used * LONGS < rows.length / 2) {
                rows = Arrays.copyOf(rows, used * LONGS);
            }
            return true;
        }

        synchronized void eachIn(int volume, Slot slot, Visitor<RuntimeException> visitor) {
            for (int at = 0; at < used * LONGS; at += LONGS) {
                if (RecordPlace.volume(rows[at + 2]) == volume) {
                    visitor.visit(chunk(rows[at], rows[at + 1]), slot, rows[at + 2]);
                }
            }
        }

        synchronized long[] copy() {
            return Arrays.copyOf(rows, used * LONGS);
        }

        private void insert(int row, ChunkId chunk, long place) {
            if (used * LONGS == rows.length) {
                rows = Arrays.copyOf(rows, LONGS * (used + Math.max(FIRST_ROOM, used / 4)));
            }
            int at = row * LONGS;
            System.arraycopy(rows, at, rows, at + LONGS, used * LONGS - at);
            rows[at] = chunk.file().counter();
            rows[at + 1] = rest(chunk);
            rows[at + 2] = place;
            used++;
        }

        /** The row of a chunk; if there is none, -1 minus the row where it belongs. */
        private int find(ChunkId chunk) {
            long counter = chunk.file().counter();
            long rest = rest(chunk);
            int low = 0;
            int high = used - 1;
            while (low <= high) {
                int middle = (low + high) >>> 1;
                int order = Long.compare(rows[middle * LONGS], counter);
                if (order == 0) {
                    order = Long.compare(rows[middle * LONGS + 1], rest);
                }
                if (order == 0) {
                    return middle;
                }
                if (order < 0) {
                    low = middle + 1;
                } else {
                    high = middle - 1;
                }
            }
            return -low - 1;
        }
    }
}
