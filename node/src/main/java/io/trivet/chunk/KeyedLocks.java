package io.trivet.chunk;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** A lock for each key, which exists only while it is held or waited for. Reentrant. */
final class KeyedLocks<K> {
    private final ConcurrentHashMap<K, Counted> locks = new ConcurrentHashMap<>();

    /** Waits for the key. Holders only wait for disks. */
    Held hold(K key) {
        Counted counted = locks.compute(key, (same, old) -> (old == null ? new Counted() : old).plus(1));
        counted.lock.lock();
        return () -> {
            counted.lock.unlock();
            locks.compute(key, (same, old) -> counted.plus(-1).users == 0 ? null : counted);
        };
    }

    /** How many keys are held or waited for. */
    int size() {
        return locks.size();
    }

    /** Must be closed once, by the thread that got it. */
    interface Held extends AutoCloseable {
        @Override
        void close();
    }

    /** The count changes only inside {@code compute}, which runs one thread at a time per key. */
    private static final class Counted {
        private final ReentrantLock lock = new ReentrantLock();
        private int users;

        private Counted plus(int change) {
            users += change;
            return this;
        }
    }
}
