package io.trivet.placement;

/**
 * The number of chunks in a slot and their bytes, each chunk counted once whatever the number of
 * replicas.
 */
public record SlotSize(long chunks, long bytes) {
    public static final SlotSize NOTHING = new SlotSize(0, 0);

    public SlotSize plus(SlotSize other) {
        return new SlotSize(chunks + other.chunks, bytes + other.bytes);
    }
}
