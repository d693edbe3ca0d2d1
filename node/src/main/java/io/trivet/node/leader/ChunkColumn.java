package io.trivet.node.leader;

import io.trivet.model.ChunkId;
import io.trivet.model.FileId;
import io.trivet.wire.protocol.Reply;
import java.util.Arrays;
import java.util.List;

/**
 * The chunks that the records put into one slot, in order, with their lengths. Each is packed as
 * its difference from the previous one, mostly in six or seven bytes, and read in the same order.
 * One thread.
 *
 * <pre>
 *   numbers have 7 bits per byte, low ones first; all bytes but the last have the high bit
 *   step(1..)   0: the same file    1: a later epoch, then epoch and counter of the file in full
 *               n &gt; 1: the counter is n - 1 higher
 *   number(1..) of the chunk in its file
 *   length(1..) in bytes
 * </pre>
 */
final class ChunkColumn {
    private static final int FIRST_ROOM = 16;

    /** The most bytes of a chunk: at most five numbers, each of at most ten bytes. */
    private static final int LONGEST = 50;

    private static final int BITS = 7;
    private static final int MORE = 0x80;
    private static final ChunkId NONE = new ChunkId(new FileId(1, 1), 1);

    private byte[] packed = new byte[FIRST_ROOM];
    private int used;
    private int size;
    private ChunkId last = NONE;

    /** Chunks must be added in order. */
    void add(ChunkId chunk, int length) {
        if (size > 0 && last.compareTo(chunk) >= 0) {
            throw new IllegalStateException(chunk + " comes after " + last);
        }
        if (packed.length - used < LONGEST) {
            packed = Arrays.copyOf(packed, 2 * packed.length + LONGEST);
        }
        putFile(chunk.file());
        put(chunk.number());
        put(length);
        last = chunk;
        size++;
    }

    private void putFile(FileId file) {
        if (size == 0 || file.epoch() != last.file().epoch()) {
            put(1);
            put(file.epoch());
            put(file.counter());
        } else {
            long step = file.counter() - last.file().counter();
            put(step == 0 ? 0 : step + 1);
        }
    }

    private void put(long value) {
        long rest = value;
        while (rest >= MORE) {
            packed[used++] = (byte) (rest | MORE);
            rest >>>= BITS;
        }
        packed[used++] = (byte) rest;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** The last one that was added. */
    ChunkId last() {
        return last;
    }

    /** Its memory in bytes. */
    int room() {
        return packed.length;
    }

    /** Reads from the first chunk on. Nothing may be added during the reading. */
    Reading read() {
        return new Reading();
    }

    /**
     * The chunks that are not in {@code held}: a merge of two sorted lists. A chunk with another
     * length does not match.
     */
    ChunkColumn without(List<Reply.Held> held) {
        ChunkColumn left = new ChunkColumn();
        int at = 0;
        for (Reading wanted = read(); wanted.next(); ) {
            while (at < held.size() && held.get(at).chunk().compareTo(wanted.chunk()) < 0) {
                at++;
            }
            boolean there = at < held.size()
                    && held.get(at).chunk().equals(wanted.chunk())
                    && held.get(at).length() == wanted.length();
            if (!there) {
                left.add(wanted.chunk(), wanted.length());
            }
        }
        return left;
    }

    /** Reads one chunk after the other. */
    final class Reading {
        private int at;
        private ChunkId chunk = NONE;
        private int length;

        /** Advances to the next chunk; false after the last. */
        boolean next() {
            if (at == used) {
                return false;
            }
            FileId file = file(chunk.file());
            chunk = new ChunkId(file, (int) number());
            length = (int) number();
            return true;
        }

        ChunkId chunk() {
            return chunk;
        }

        /** In bytes. */
        int length() {
            return length;
        }

        private FileId file(FileId before) {
            long step = number();
            if (step == 1) {
                return new FileId((int) number(), number());
            }
            return step == 0 ? before : new FileId(before.epoch(), before.counter() + step - 1);
        }

        private long number() {
            long value = 0;
            for (int shift = 0; ; shift += BITS) {
                byte next = packed[at++];
                value |= (long) (next & (MORE - 1)) << shift;
                if (next >= 0) {
                    return value;
                }
            }
        }
    }
}
