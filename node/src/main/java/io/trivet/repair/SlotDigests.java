package io.trivet.repair;

import io.trivet.chunk.ChunkStore;
import io.trivet.chunk.StoreChangeListener;
import io.trivet.chunk.StoreLoss;
import io.trivet.chunk.StoreLossListener;
import io.trivet.chunk.StoredChunk;
import io.trivet.model.Sha256;
import io.trivet.model.Slot;
import io.trivet.wire.protocol.Reply;
import java.util.Arrays;

/**
 * The digest of each slot of this node: count, bytes, and the sum of a 128-bit hash of each chunk's
 * id, number, length and checksums (rule 1: names alone are not enough). If only one of two nodes
 * knows the SHA-256 of a chunk, because an earlier release stored the other replica, their digests
 * differ although their names agree. Stored chunks are added and removed ones subtracted, so that
 * users who save and remove all the time do not prevent comparisons; after anything else the slot
 * is unknown until it is listed again. Kept in memory: a restart lists everything. Any thread.
 *
 * <pre>
 *   unknown --list, nothing changed during it--> known --stored, removed--> known
 *      ^                                           |
 *      +------- quarantined, failed, disk lost ----+
 * </pre>
 */
public final class SlotDigests implements StoreChangeListener, StoreLossListener {
    private final Row[] rows = new Row[Slot.COUNT];

    public SlotDigests() {
        Arrays.setAll(rows, _ -> new Row());
    }

    /** The sum over a slot's chunks. */
    private record Sum(long count, long bytes, long high, long low) {
        static final Sum NONE = new Sum(0, 0, 0, 0);

        Sum with(StoredChunk chunk) {
            return plus(chunk, 1);
        }

        Sum without(StoredChunk chunk) {
            return plus(chunk, -1);
        }

        private Sum plus(StoredChunk chunk, int times) {
            long seed = mix(chunk.chunk().file().counter()
                    + mix(chunk.chunk().file().epoch()
                            + mix(((long) chunk.chunk().number() << 32) + 1)));
            long content = ((long) chunk.length() << 32) | Integer.toUnsignedLong(chunk.crc32c());
            Sha256 strong = chunk.sha256();
            if (strong != null) {
                content = mix(mix(content) ^ strong.first()) ^ strong.second();
            }
            long hash = mix(seed ^ mix(content));
            return new Sum(
                    count + times,
                    bytes + (long) times * chunk.length(),
                    high + times * hash,
                    low + times * mix(hash + mix(content + seed)));
        }

        /**
         * A step of the SplitMix64 generator (Steele, Lea, Flood, 2014): every bit of the input
         * changes half of the output.
         */
        private static long mix(long value) {
            long z = value + 0x9e3779b97f4a7c15L;
            z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
            z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
            return z ^ (z >>> 31);
        }
    }

    /** One slot; guarded by its own monitor. */
    private static final class Row {
        private boolean known;
        private int changing;
        private long version;
        private Sum sum = Sum.NONE;
    }

    @Override
    public void changing(Slot slot) {
        Row row = rows[slot.number()];
        synchronized (row) {
            row.changing++;
            row.version++;
        }
    }

    @Override
    public void stored(Slot slot, StoredChunk chunk) {
        Row row = rows[slot.number()];
        synchronized (row) {
            row.changing--;
            row.version++;
            row.sum = row.sum.with(chunk);
        }
    }

    @Override
    public void removed(Slot slot, StoredChunk chunk) {
        Row row = rows[slot.number()];
        synchronized (row) {
            row.changing--;
            row.version++;
            row.sum = row.sum.without(chunk);
        }
    }

    @Override
    public void unchanged(Slot slot) {
        Row row = rows[slot.number()];
        synchronized (row) {
            row.changing--;
        }
    }

    @Override
    public void changed(Slot slot) {
        Row row = rows[slot.number()];
        synchronized (row) {
            row.changing--;
            row.version++;
            row.known = false;
        }
    }

    /**
     * A lost replica also arrives as a change of its slot; a lost disk or volume may have held chunks
     * of any slot.
     */
    @Override
    public void lost(StoreLoss storeLoss) {
        switch (storeLoss) {
            case StoreLoss.Replica _ -> {}
            case StoreLoss.WholeSlot(var _, var slot, var _) -> forget(rows[slot.number()]);
            case StoreLoss.Volume _, StoreLoss.WholeDisk _ -> {
                for (Row row : rows) {
                    forget(row);
                }
            }
        }
    }

    private static void forget(Row row) {
        synchronized (row) {
            row.version++;
            row.known = false;
        }
    }

    /** The digest as other nodes get it. */
    public Reply.SlotDigest of(Slot slot) {
        Row row = rows[slot.number()];
        synchronized (row) {
            Sum sum = row.sum;
            return row.known
                    ? new Reply.SlotDigest(true, sum.count, sum.bytes, sum.high, sum.low)
                    : Reply.SlotDigest.UNKNOWN;
        }
    }

    public boolean isKnown(Slot slot) {
        return of(slot).known();
    }

    /** How a list compares with the digest before. */
    enum Listed {
        /** Equal, or not known before. */
        AGREES,
        /** Chunks are missing or were changed without the store. */
        DIFFERS,
        /** Chunks changed during the list; its result cannot be used. */
        DISTURBED
    }

    /**
     * Lists a slot and takes the list as its content. Throws what {@link ChunkStore#list} throws;
     * the slot is unknown then.
     */
    Listed list(Slot slot, ChunkStore store) {
        Row row = rows[slot.number()];
        long before;
        synchronized (row) {
            before = row.version;
            if (row.changing > 0) {
                return Listed.DISTURBED;
            }
        }
        Sum[] sum = {Sum.NONE};
        try {
            store.list(slot, chunk -> sum[0] = sum[0].with(chunk));
        } catch (RuntimeException e) {
            forget(row);
            throw e;
        }
        synchronized (row) {
            if (row.version != before) {
                return Listed.DISTURBED;
            }
            boolean differs = row.known && !row.sum.equals(sum[0]);
            row.known = true;
            row.sum = sum[0];
            return differs ? Listed.DIFFERS : Listed.AGREES;
        }
    }
}
