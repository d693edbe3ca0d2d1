package io.trivet.chunk;

import io.trivet.chunk.VolumeFormat.RecordHeader;
import io.trivet.chunk.VolumeFormat.VolumeHeader;
import io.trivet.model.ChunkId;
import io.trivet.model.Slot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Appends records to the open volume of a disk. One fdatasync serves all records that wait when it
 * begins (group commit): one of the waiting threads writes them all, and the others wait for it.
 *
 * <p>After a failure nothing of that round is trusted (rule 11): its callers fail, the volume is cut
 * back to what was durable and never appended to or synced again, and the next round begins another
 * one. Any thread; the lock is not held during I/O.
 */
final class VolumeAppender {
    /** A volume takes no more records from this size on. */
    static final long VOLUME_BYTES = 64L << 20;

    private static final long ROUND_BYTES = 4L << 20;

    /** A thread goes on for others before it hands over, because a handover costs a thread switch. */
    private static final int MAX_ROUNDS = 4;

    private final DiskFiles files;
    private final DiskPaths tree;
    private final VolumeIndex index;
    private final VolumeDirectory directory;
    private final Listener listener;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final Deque<Append> waiting = new ArrayDeque<>();
    private boolean running;
    private volatile @Nullable Open open;
    private int lastNumber;

    /**
     * @param lastNumber the greatest number that a volume of this disk has
     * @param listener is told of each new volume and each new record
     */
    VolumeAppender(
            DiskFiles files,
            DiskPaths tree,
            VolumeIndex index,
            VolumeDirectory directory,
            int lastNumber,
            Listener listener) {
        this.files = files;
        this.tree = tree;
        this.index = index;
        this.directory = directory;
        this.lastNumber = lastNumber;
        this.listener = listener;
    }

    /** Is told by the thread that does the I/O. */
    interface Listener {
        /** A volume is there; nothing was appended to it yet. */
        void begun(Volume volume);

        /** A record is durable. Its volume is not sealed before this returns. */
        void durable(Append append);
    }

    /** The volume that takes records, while a round or {@link #roll} uses it. */
    private record Open(Volume volume, DiskFiles.OpenFile file) {}

    /**
     * One record on its way. Once it waits, only the thread that does the I/O changes it, and its
     * caller looks after it was told under the lock.
     */
    static final class Append {
        private final ChunkId chunk;
        private final Slot slot;
        private final int length;
        private final ByteBuffer record;
        private long place = RecordPlace.NONE;
        private @Nullable IOException failure;
        private @Nullable Waiter waiter;

        /**
         * @param length of the chunk
         * @param record 64 bytes of room for the header, the chunk's bytes, and its trailer
         */
        Append(ChunkId chunk, Slot slot, int length, ByteBuffer record) {
            this.chunk = chunk;
            this.slot = slot;
            this.length = length;
            this.record = record;
        }

        ChunkId chunk() {
            return chunk;
        }

        Slot slot() {
            return slot;
        }

        int bytes() {
            return VolumeFormat.recordBytes(record.limit() - VolumeFormat.UNIT);
        }

        /** Where the record is; {@link RecordPlace#NONE} before it is durable. */
        long place() {
            return place;
        }

        private void done(IOException otherwise) {
            if (place == RecordPlace.NONE) {
                failure = otherwise;
            }
            if (waiter != null) {
                waiter.left--;
                if (waiter.left == 0) {
                    waiter.condition.signal();
                }
            }
        }
    }

    /** A thread that waits for some records; guarded by the lock. */
    private static final class Waiter {
        private final Condition condition;
        private int left;

        Waiter(Condition condition, int left) {
            this.condition = condition;
            this.left = left;
        }
    }

    /** Appends records; all are durable on return. Throws if one is not. */
    void append(List<Append> appends) throws IOException {
        lock.lock();
        try {
            Waiter self = new Waiter(lock.newCondition(), appends.size());
            for (Append append : appends) {
                append.waiter = self;
                waiting.addLast(append);
            }
            while (self.left > 0) {
                if (running) {
                    self.condition.awaitUninterruptibly();
                } else {
                    lead();
                }
            }
        } finally {
            lock.unlock();
        }
        for (Append append : appends) {
            if (append.failure != null) {
                throw append.failure;
            }
        }
    }

    /** Some rounds, then another thread's turn. Enters and leaves with the lock held. */
    private void lead() {
        running = true;
        try {
            for (int rounds = 0; rounds < MAX_ROUNDS && !waiting.isEmpty(); rounds++) {
                round();
            }
        } finally {
            handOver();
        }
    }

    private void handOver() {
        running = false;
        idle.signalAll();
        Append next = waiting.peekFirst();
        if (next != null && next.waiter != null) {
            next.waiter.condition.signal();
        }
    }

    /** One fdatasync for all who wait. Enters and leaves with the lock held. */
    private void round() {
        List<Append> batch = new ArrayList<>();
        long bytes = 0;
        while (!waiting.isEmpty() && bytes < ROUND_BYTES) {
            bytes += waiting.getFirst().bytes();
            batch.add(waiting.removeFirst());
        }
        IOException problem = new IOException(tree.volumes() + ": an append ended abruptly");
        lock.unlock();
        try {
            commit(batch);
        } catch (IOException e) {
            problem = e;
        } finally {
            lock.lock();
            for (Append append : batch) {
                append.done(problem);
            }
        }
    }

    private void commit(List<Append> batch) throws IOException {
        Open to = open;
        if (to != null && to.volume.end() >= VOLUME_BYTES) {
            seal(to);
            to = null;
        }
        if (to == null) {
            to = begin();
        }
        long[] places = new long[batch.size()];
        long start = to.volume.end();
        long at = start;
        boolean durable = false;
        try {
            for (int i = 0; i < places.length; i++) {
                Append append = batch.get(i);
                to.file.write(padded(append, to.volume, at, start), at);
                places[i] = RecordPlace.of(to.volume.number(), at, append.bytes());
                at += append.bytes();
            }
            to.file.syncData();
            requireThere(to.volume);
            to.volume.end(at);
            durable = true;
        } finally {
            if (!durable) {
                abandon(to, start);
            }
        }
        for (int i = 0; i < places.length; i++) {
            batch.get(i).place = places[i];
            listener.durable(batch.get(i));
        }
    }

    /** Bytes synced to a file that was deleted, or whose disk was unmounted, are durable for nobody. */
    private void requireThere(Volume volume) throws IOException {
        if (!files.exists(volume.path())) {
            throw new IOException(volume.path() + ": the volume is gone");
        }
    }

    /** The record with its header, ready to be written. */
    private static ByteBuffer padded(Append append, Volume volume, long at, long durable) {
        ByteBuffer record = append.record;
        RecordHeader header = new RecordHeader(
                volume.id(),
                at,
                durable,
                append.chunk,
                append.slot,
                append.length,
                record.limit() - VolumeFormat.UNIT - append.length,
                false);
        header.put(record.rewind());
        int bytes = append.bytes();
        ByteBuffer whole = record;
        if (record.capacity() < bytes) {
            whole = ByteBuffer.allocate(bytes).put(record.rewind());
        } else {
            whole.position(record.limit()).limit(bytes);
        }
        while (whole.hasRemaining()) {
            whole.put((byte) 0);
        }
        return whole.rewind();
    }

    private Open begin() throws IOException {
        directory.make();
        int number = Math.addExact(lastNumber, 1);
        lastNumber = number;
        Path path = tree.volume(number);
        long id = new SecureRandom().nextLong();
        long ticket = directory.ticket();
        DiskFiles.OpenFile file = files.create(path);
        boolean durable = false;
        try {
            file.write(new VolumeHeader(id, number, false, 0, 0).encode(), 0);
            file.sync();
            directory.sync(ticket);
            Open made = new Open(new Volume(number, id, path, VolumeFormat.UNIT), file);
            open = made;
            listener.begun(made.volume);
            durable = true;
            return made;
        } finally {
            if (!durable) {
                closeQuietly(file);
                deleteQuietly(path);
            }
        }
    }

    /** Cuts off what was not made durable; the volume only serves what it has from now on. */
    private void abandon(Open failed, long durable) {
        open = null;
        try {
            failed.file.truncate(durable);
        } catch (IOException _) {
            // The volume stays unsealed, so a start verifies every byte of it.
        } finally {
            closeQuietly(failed.file);
        }
    }

    /** Without its contents a volume is as good; only a start takes longer. */
    private void seal(Open full) {
        open = null;
        try {
            VolumeContents.seal(full.file, full.volume, index);
        } catch (IOException _) {
            // It stays unsealed, so a start verifies every byte of it.
        } finally {
            closeQuietly(full.file);
        }
    }

    /** The volume that takes records; null if there is none. */
    @Nullable
    Volume volume() {
        Open now = open;
        return now == null ? null : now.volume;
    }

    /** Appends no more to this volume: its file is gone. */
    void forget(Volume volume) {
        whileNothingRuns(() -> {
            Open now = open;
            if (now != null && now.volume == volume) {
                open = null;
                closeQuietly(now.file);
            }
        });
    }

    /** Seals the open volume, so that the next record begins another one. */
    void roll() {
        whileNothingRuns(() -> {
            Open now = open;
            if (now != null) {
                seal(now);
            }
        });
    }

    /** Runs between two rounds, without the lock. */
    private void whileNothingRuns(Runnable work) {
        lock.lock();
        try {
            while (running) {
                idle.awaitUninterruptibly();
            }
            running = true;
        } finally {
            lock.unlock();
        }
        try {
            work.run();
        } finally {
            lock.lock();
            try {
                handOver();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Closes the file of the open volume without another write. */
    void close() {
        Open now = open;
        open = null;
        if (now != null) {
            closeQuietly(now.file);
        }
    }

    private static void closeQuietly(DiskFiles.OpenFile file) {
        try {
            file.close();
        } catch (IOException _) {
            // Everything that counts was synced before.
        }
    }

    /** A start deletes what is left of a volume that never began. */
    private void deleteQuietly(Path path) {
        try {
            files.delete(path);
        } catch (IOException _) {
            // See above.
        }
    }
}
