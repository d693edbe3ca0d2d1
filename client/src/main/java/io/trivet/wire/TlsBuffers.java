package io.trivet.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;

/**
 * The pool of buffers for TLS channels. A channel has one only while bytes pass through it, so that
 * idle connections cost little. They are on the heap, where the JDK's AES-GCM is fastest. Any
 * thread.
 *
 * <p>Large buffers speed up bulk transfers and are never required: the channels of all listeners
 * share a fixed number of them, and a channel that gets none takes a buffer for one record. Record
 * buffers are made on demand; a {@link MemoryBudget} counts what callers hold of them.
 */
final class TlsBuffers {
    /** About seven records; larger buffers were no faster. */
    static final int LARGE_BYTES = 128 << 10;

    /** The largest record that may arrive, rounded up (RFC 8446, 5.2). */
    static final int RECORD_BYTES = 17 << 10;

    /** The most large buffers of listeners: 24 MiB. */
    static final int MOST_LARGE = 192;

    /** The most buffers of each size kept for reuse. */
    private static final int KEPT = 64;

    private static final Semaphore LARGE = new Semaphore(MOST_LARGE);
    private static final BlockingQueue<ByteBuffer> FREE_LARGE = new ArrayBlockingQueue<>(KEPT);
    private static final BlockingQueue<ByteBuffer> FREE_RECORDS = new ArrayBlockingQueue<>(KEPT);

    private TlsBuffers() {}

    /**
     * A cleared buffer of {@link #LARGE_BYTES}.
     *
     * @param counted whether peers determine how many are needed; then, while {@link #MOST_LARGE}
     *     such buffers are in use, the result has {@link #RECORD_BYTES}
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

    /** {@code counted} as in {@link #takeLarge}. */
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

    /** Moves as many bytes as there are and fit. */
    static int move(ByteBuffer from, ByteBuffer to) {
        int length = Math.min(from.remaining(), to.remaining());
        to.put(from.slice(from.position(), length));
        from.position(from.position() + length);
        return length;
    }

    /** Whether the peer of an idle channel has neither sent anything nor closed it. */
    static boolean isQuiet(SocketChannel channel) {
        if (!channel.isOpen()) {
            return false;
        }
        try {
            channel.configureBlocking(false);
            int read = channel.read(ByteBuffer.allocate(1));
            channel.configureBlocking(true);
            return read == 0;
        } catch (IOException ignored) {
            return false;
        }
    }
}
