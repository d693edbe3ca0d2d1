package io.trivet.placement;

import io.trivet.model.ChunkRange;
import io.trivet.model.FileRecord;
import io.trivet.model.Layout;
import io.trivet.model.NodeId;
import io.trivet.model.Slot;
import java.util.BitSet;
import java.util.Set;

/**
 * Which chunks would be lost with a set of nodes: those in slots whose homes are all in the set. A
 * forecast from the layout alone, which assumes that every replica is at home and nowhere else.
 */
public final class LossForecast {
    private final BitSet lostSlots = new BitSet(Slot.COUNT);

    public LossForecast(Layout layout, Set<NodeId> gone) {
        for (int slot = 0; slot < Slot.COUNT; slot++) {
            lostSlots.set(slot, gone.containsAll(layout.homes(new Slot(slot))));
        }
    }

    public boolean isLost(Slot slot) {
        return lostSlots.get(slot.number());
    }

    /** The number of slots without a remaining home. */
    public int slots() {
        return lostSlots.cardinality();
    }

    /**
     * What a file would lose. The work is bounded by the number of slots, whatever the file's size.
     */
    public OfFile of(FileRecord file) {
        int count = file.chunkCount();
        if (count == 0) {
            return new OfFile(0, 0);
        }
        long lost = 0;
        for (int i = 0; i < file.allExtents().size(); i++) {
            lost += lost(file, file.rangeOf(i));
        }
        long bytes = lost * file.chunkSize().bytes();
        if (isLost(file.slotOf(count))) {
            bytes -= file.chunkSize().bytes() - file.chunkLength(count);
        }
        return new OfFile(lost, bytes);
    }

    /** The number of lost chunks of one extent. */
    private long lost(FileRecord file, ChunkRange range) {
        int rounds = range.count() / Slot.COUNT;
        long lost = (long) rounds * lostSlots.cardinality();
        for (int number = range.from() + rounds * Slot.COUNT; number <= range.to(); number++) {
            lost += isLost(file.slotOf(number)) ? 1 : 0;
        }
        return lost;
    }

    /**
     * The part of a file that would be lost.
     *
     * @param chunks lost; if there is one, the file cannot be loaded
     * @param bytes in those chunks
     */
    public record OfFile(long chunks, long bytes) {}
}
