package io.trivet.mount;

import io.trivet.client.MetadataChange;
import io.trivet.client.RemoteOutput;
import io.trivet.model.FileRecord;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Sends a new file to the nodes while it is still being written, so that its close need not wait for all
 * of it. Works for files that are written from their beginning to their end; what changes bytes that were
 * sent already must {@link #close} it first, and then the file is saved from the spool as others are.
 *
 * <p>Nothing of it is visible until {@link #finish}; if this process dies, the cluster forgets it with the
 * client's session. Holds two chunks in memory, so only some files are sent so at once.
 */
final class EarlySave implements AutoCloseable {
    private static final int COPY_BYTES = 1 << 20;

    private final RemotePath path;
    private final SpoolFile file;
    private final RemoteOutput output;
    private final Semaphore places;
    private final Thread sender;

    /** Bytes that are in the spool and will not change. */
    private long available;

    /** Bytes that were sent or are being sent. */
    private long taken;

    private boolean last;
    private boolean closed;
    private @Nullable Exception failure;

    private EarlySave(RemotePath path, SpoolFile file, RemoteOutput output, Semaphore places) {
        this.path = path;
        this.file = file;
        this.output = output;
        this.places = places;
        this.sender = Thread.ofPlatform().name("trivet-early-save").daemon(true).unstarted(this::send);
    }

    /**
     * Begins to send a file. Null if as many are being sent as may be at once, or the cluster does not take
     * it now; then nothing was lost.
     *
     * @param exclusive whether nothing may have the name when it is saved
     */
    static @Nullable EarlySave begin(MountContext context, RemotePath path, boolean exclusive, SpoolFile file) {
        if (!context.earlySaves().tryAcquire()) {
            return null;
        }
        boolean begun = false;
        try {
            RemoteOutput output = context.changes(path, exclusive).create(path);
            EarlySave save = new EarlySave(path, file, output, context.earlySaves());
            save.sender.start();
            begun = true;
            return save;
        } catch (TrivetException _) {
            return null; // the save at the close says why
        } finally {
            if (!begun) {
                context.earlySaves().release();
            }
        }
    }

    /** The file has this many bytes now. */
    synchronized void written(long size) {
        available = size;
        notifyAll();
    }

    /** Sends nothing from this position on until {@link #written}. False if something of it was sent already. */
    synchronized boolean holdsBack(long position) {
        if (position < taken) {
            return false;
        }
        available = Math.min(available, position);
        return true;
    }

    /**
     * Sends the rest and gives the file its name. Throws, and has changed nothing, if a part could not be
     * sent; {@code OUTCOME_UNKNOWN} as for any save.
     */
    FileRecord finish(RemotePath now, long size, MetadataChange metadata) throws IOException {
        synchronized (this) {
            available = size;
            last = true;
            notifyAll();
        }
        join();
        if (failure != null || !now.equals(path)) {
            throw new IOException("it could not be sent early", failure);
        }
        return output.commit(metadata).record();
    }

    private void join() {
        try {
            sender.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException("threads of a mount are not interrupted", e);
        }
    }

    private void send() {
        byte[] bytes = new byte[COPY_BYTES];
        try {
            long at = 0;
            for (int count = take(at); count > 0; count = take(at)) {
                file.readLocal(at, bytes, count);
                output.write(bytes, 0, count);
                at += count;
            }
        } catch (IOException | RuntimeException e) {
            failure = e;
        }
    }

    /** Waits for more to send; 0 at the end. */
    private synchronized int take(long at) {
        while (!closed && !last && available - at < COPY_BYTES) {
            try {
                wait();
            } catch (InterruptedException e) {
                throw new IllegalStateException("threads of a mount are not interrupted", e);
            }
        }
        int count = closed ? 0 : (int) Math.min(COPY_BYTES, available - at);
        taken = at + count;
        return count;
    }

    /** Gives it up, unless it was finished. The sender ends by itself, and may take a moment for that. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            notifyAll();
        }
        Thread.ofVirtual().start(() -> {
            join();
            output.abort();
            places.release();
        });
    }
}
