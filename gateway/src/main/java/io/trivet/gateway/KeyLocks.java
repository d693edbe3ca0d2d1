package io.trivet.gateway;

import io.trivet.model.RemotePath;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets the commits of keys and the removal of directories that have become empty happen one after
 * the other, where they come through this gateway: so a file that takes the name of a directory the
 * moment it has gone is not removed in its place. Hence a lock across that one request, though locks
 * are held across none elsewhere. Any thread.
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
