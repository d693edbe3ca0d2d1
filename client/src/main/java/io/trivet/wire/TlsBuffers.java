package io.trivet.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;

/**
 * The buffers of links under TLS, used again and again: a link has one only while bytes pass
 * through it, so that connections at rest cost little. They are on the heap because there the JDK's
 * AES-GCM is fastest. Any thread.
 *
 * <p>Large ones make bulk faster and are never needed: listeners have so many for all their links
 * together, and a link that gets none takes one for a single record. Those are made as they are
 * needed; what callers may hold of them is counted by a {@link MemoryBudget}.
 */
final class TlsBuffers {
    /** Some seven records: larger ones were no faster. */
    static final int LARGE_BYTES = 128 << 10;

    /** The largest record that may come, with room (RFC 8446, 5.2). */
    static final int RECORD_BYTES = 17 << 10;

    /** All large ones together: 24 MiB. */
    static final int MOST_LARGE = 192;

    /** Kept for the next use. */
    private static final int KEPT = 64;

    private static final Semaphore LARGE = new Semaphore(MOST_LARGE);
    private static final BlockingQueue<ByteBuffer> FREE_LARGE = new ArrayBlockingQueue<>(KEPT);
    private static final BlockingQueue<ByteBuffer> FREE_RECORDS = new ArrayBlockingQueue<>(KEPT);

    private TlsBuffers() {}

    /**
     * A cleared buffer of {@link #LARGE_BYTES}.
     *
     * @param counted whether callers decide how many there are: while {@link #MOST_LARGE} of these
     *     are in use, one of {@link #RECORD_BYTES}
     */
    static ByteBuffer takeLarge(boolean counted) {
        return !counted || LARGE.tryAcquire() ? cleared(FREE_LARGE, LARGE_BYTES) : takeRecord();
    }

    /** A cleared buffer of {@link #RECORD_BYTES}. */
    static ByteBuffer takeRecord() {
        return cleared(FREE_RECORDS, RECORD_BYTES);
    }

    private static ByteBuffer cleared(BlockingQueue<ByteBuffer> free, int bytes) {
        ByteBuffer buffer = free.poll();
        return buffer == null ? ByteBuffer.allocate(bytes) : buffer.clear();
    }

    static boolean isLarge(ByteBuffer buffer) {
        return buffer.capacity() == LARGE_BYTES;
    }

    /** {@code counted} as it was taken. */
    static void giveBack(ByteBuffer buffer, boolean counted) {
        if (!isLarge(buffer)) {
            FREE_RECORDS.offer(buffer);
            return;
        }
        FREE_LARGE.offer(buffer);
        if (counted) {
            LARGE.release();
        }
    }

    /** Moves as much as there is and fits. */
    static int move(ByteBuffer from, ByteBuffer to) {
        int length = Math.min(from.remaining(), to.remaining());
        to.put(from.slice(from.position(), length));
        from.position(from.position() + length);
        return length;
    }

    /** Whether the other end of an idle channel has said nothing and not hung up. */
    static boolean isQuiet(SocketChannel channel) {
        if (!channel.isOpen()) {
            return false;
        }
        try {
            channel.configureBlocking(false);
            int read = channel.read(ByteBuffer.allocate(1));
            channel.configureBlocking(true);
            return read == 0;
        } catch (IOException _) {
            return false;
        }
    }
}
