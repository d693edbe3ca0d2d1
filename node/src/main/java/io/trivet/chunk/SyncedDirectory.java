package io.trivet.chunk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The fsync of one directory: one serves all who asked before it began, and one that fails fails
 * everybody whose change it may have lost.
 *
 * <p>The second is why there is a ticket. The kernel tells of a lost write once, to one caller; the
 * next fsync answers that all is well. So whoever changes the directory takes a ticket
 * <em>before</em>, and is told of every failure since (rule 11).
 *
 * <p>The first is not for speed where ext4 is below: its journal serves many fsyncs by one commit
 * as well, and 8 threads storing small chunks in one directory were as fast without. It is what
 * lets failures be told in order: no two fsyncs of a directory ever run at once. Any thread; the
 * lock is not held while a disk works.
 */
final class SyncedDirectory {
    private final DiskFiles files;
    private final Path path;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition roundEnded = lock.newCondition();
    private boolean running;
    private long asked;
    private long served;
    private long failures;
    private @Nullable IOException failure;

    SyncedDirectory(DiskFiles files, Path path) {
        this.files = files;
        this.path = path;
    }

    Path path() {
        return path;
    }

    /** To be taken before the directory is changed. */
    long ticket() {
        lock.lock();
        try {
            return failures;
        } finally {
            lock.unlock();
        }
    }

    /** Returns when all changes made since {@code ticket} was taken, and before this call, are durable. */
    void sync(long ticket) throws IOException {
        lock.lock();
        try {
            asked++;
            long mine = asked;
            while (served < mine && failures == ticket) {
                if (running) {
                    roundEnded.awaitUninterruptibly();
                } else {
                    round();
                }
            }
            if (failures != ticket) {
                throw new FsyncFailedException(path + ": an fsync of the directory failed", failure);
            }
        } finally {
            lock.unlock();
        }
    }

    /** One fsync for all who have asked up to now. Enters and leaves with the lock held. */
    private void round() {
        running = true;
        long upTo = asked;
        boolean durable = false;
        IOException problem = null;
        lock.unlock();
        try {
            files.syncDirectory(path);
            durable = true;
        } catch (IOException e) {
            problem = e;
        } finally {
            lock.lock();
            running = false;
            if (durable) {
                served = upTo;
            } else {
                failures++;
                failure = problem == null ? new IOException(path + ": fsync ended abruptly") : problem;
            }
            roundEnded.signalAll();
        }
    }
}
