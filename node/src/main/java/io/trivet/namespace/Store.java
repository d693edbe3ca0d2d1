package io.trivet.namespace;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ordered keys and values, in which the namespace is stored. Keys compare as unsigned bytes. One
 * thread writes, any number read.
 *
 * <p>All implementations pass the same contract tests.
 */
public interface Store {
    /** The value of a key, or null. */
    byte @Nullable [] get(byte[] key);

    /**
     * The values of many keys, in the order of the keys, with null for missing ones; faster than
     * one by one.
     */
    default List<byte @Nullable []> get(List<byte[]> keys) {
        List<byte @Nullable []> values = new ArrayList<>(keys.size());
        keys.forEach(key -> values.add(get(key)));
        return values;
    }

    /**
     * Keys from {@code from} (inclusive) to {@code to} (exclusive) in order, at most {@code limit}
     * of them.
     */
    List<Pair> range(byte[] from, byte[] to, int limit);

    /**
     * Applies all changes in order, atomically: a crash leaves all of them or none. Not durable on
     * return.
     */
    void write(List<Change> changes);

    /**
     * The current state, unaffected by later writes. Close it soon: it keeps what is overwritten
     * since.
     */
    Snapshot snapshot();

    /** A snapshot of a store. One thread. */
    interface Snapshot extends AutoCloseable {
        /** Like {@link Store#range}. */
        List<Pair> range(byte[] from, byte[] to, int limit);

        @Override
        void close();
    }

    /** A key with its value. */
    record Pair(byte[] key, byte[] value) {}

    /** Sets the value of a key, or removes the key if the value is null. */
    record Change(byte[] key, byte @Nullable [] value) {}
}
