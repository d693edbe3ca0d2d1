package io.trivet.wire;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A bounded pool of direct buffers of {@link Connection#PIECE_BYTES} for transfers, allocated when
 * first needed and never freed. Each begins at a page boundary, so that it is fit for direct I/O.
 * Any thread.
 */
public final class DataFrameBuffers {
    private static final int PAGE_BYTES = 4096;

    private final Semaphore free;
    private final ArrayDeque<ByteBuffer> made = new ArrayDeque<>();

    public DataFrameBuffers(int count) {
        free = new Semaphore(count);
    }

    /** A cleared buffer. Throws {@code BUSY} if none becomes free in time. */
    public ByteBuffer take(Duration limit) {
        try {
            if (!free.tryAcquire(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw TrivetException.of(
                        Refusal.Kind.BUSY, "", "too many transfers at once: try again, or fewer at once");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw TrivetException.of(Refusal.Kind.BUSY, "", "stopped while waiting for a buffer");
        }
        synchronized (made) {
            ByteBuffer buffer = made.pollLast();
            return buffer == null ? make() : buffer.clear();
        }
    }

    private static ByteBuffer make() {
        return ByteBuffer.allocateDirect(Connection.PIECE_BYTES + PAGE_BYTES)
                .alignedSlice(PAGE_BYTES)
                .slice(0, Connection.PIECE_BYTES);
    }

    public void giveBack(ByteBuffer buffer) {
        synchronized (made) {
            made.addLast(buffer);
        }
        free.release();
    }
}
