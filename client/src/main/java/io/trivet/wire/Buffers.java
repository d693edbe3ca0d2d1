package io.trivet.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * The large buffers of links under TLS, used again and again: a link has one only while bytes pass through it, so that connections at rest cost little.
 * They are on the heap because there the JDK's AES-GCM is fastest. Any thread.
 */
final class Buffers {
    /** Some seven records: larger ones were no faster. */
    static final int BYTES = 128 << 10;

    /** Kept for the next use; more are made when needed, and forgotten. */
    private static final int KEPT = 64;

    private static final BlockingQueue<ByteBuffer> FREE = new ArrayBlockingQueue<>(KEPT);

    private Buffers() {}

    /** A cleared buffer of {@link #BYTES}. */
    static ByteBuffer take() {
        ByteBuffer free = FREE.poll();
        return free == null ? ByteBuffer.allocate(BYTES) : free.clear();
    }

    static void giveBack(ByteBuffer buffer) {
        FREE.offer(buffer);
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
