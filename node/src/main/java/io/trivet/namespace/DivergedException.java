package io.trivet.namespace;

/**
 * This replica's state after entry {@code index} differs from the leader's: one of them is wrong
 * (rule 9).
 *
 * @param own the hash of this replica
 * @param stated the hash that the leader stated
 */
public record DivergedException(long index, long own, long stated) {
    @Override
    public String toString() {
        return String.format("after entry %d the state hash is %016x, the leader's was %016x", index, own, stated);
    }
}
