package io.trivet.gateway;

import io.trivet.model.RemotePath;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets the changes of one key that come through this gateway happen one after the other, so that a
 * condition still holds when the change that depends on it is made. The namespace has no commit with
 * a condition yet: hence a lock across that one request, though locks are held across none elsewhere,
 * and hence nothing is promised about changes that come another way. Any thread.
 */
final class KeyLocks {
    private static final int STRIPES = 256;

    private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];

    KeyLocks() {
        for (int at = 0; at < STRIPES; at++) {
            stripes[at] = new ReentrantLock();
        }
    }

    interface Held extends AutoCloseable {
        @Override
        void close();
    }

    Held lock(RemotePath path) {
        ReentrantLock lock = stripes[Math.floorMod(path.hashCode(), STRIPES)];
        lock.lock();
        return lock::unlock;
    }
}
