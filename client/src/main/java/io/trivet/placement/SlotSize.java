package io.trivet.placement;

/** What sits in a slot: chunks, and their bytes, each counted once however many replicas it has. */
public record SlotSize(long chunks, long bytes) {
    public static final SlotSize NOTHING = new SlotSize(0, 0);

    public SlotSize plus(SlotSize other) {
        return new SlotSize(chunks + other.chunks, bytes + other.bytes);
    }
}
