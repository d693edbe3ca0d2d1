package io.trivet.chunk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The fsync of one directory. One fsync serves all callers that asked before it began; one that
 * fails, fails every caller whose change it may have lost.
 *
 * <p>The latter is the reason for tickets. The kernel reports a lost write once, to one caller; the
 * next fsync reports success. So a thread that changes the directory takes a ticket
 * <em>before</em>, and is told of every failure since (rule 11).
 *
 * <p>The former is not for speed on ext4: its journal also serves many fsyncs by one commit, and 8
 * threads that stored small chunks in one directory were as fast without. But it reports failures
 * in order, because no two fsyncs of a directory run at once. Any thread; the lock is not held
 * during I/O.
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

    /** Take a ticket before changing the directory. */
    long ticket() {
        lock.lock();
        try {
            return failures;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns when all changes made since {@code ticket} was taken, and before this call, are
     * durable. Throws if an fsync has failed since the ticket.
     */
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

    /** One fsync for all callers that have asked so far. Enters and leaves with the lock held. */
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
