package io.trivet.wire;

import io.trivet.model.Address;
import io.trivet.wire.credentials.UntrustedException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;

/**
 * Reads and writes the bytes of one connection. It updates the deadline and the traffic counters,
 * and its exceptions name the peer. A failure closes the connection, except a {@link
 * SpokenPlainException}, which can still be answered. One thread at a time.
 */
final class TimedChannel {
    private final TransportChannel transportChannel;
    private final Address peer;
    private final ConnectionDeadline deadline;
    private final ConnectionTraffic traffic;
    private final Runnable close;
    private WireTraffic wireTraffic = WireTraffic.UNCOUNTED;

    /** @param close closes the connection */
    TimedChannel(
            TransportChannel transportChannel,
            Address peer,
            ConnectionDeadline deadline,
            ConnectionTraffic traffic,
            Runnable close) {
        this.transportChannel = transportChannel;
        this.peer = peer;
        this.deadline = deadline;
        this.traffic = traffic;
        this.close = close;
    }

    /** Counts what is moved there as well. */
    void countIn(WireTraffic total) {
        wireTraffic = total;
    }

    Address peer() {
        return peer;
    }

    void handshake() throws IOException {
        try {
            transportChannel.handshake();
        } catch (SpokenPlainException e) {
            throw e;
        } catch (IOException e) {
            throw named(e);
        }
    }

    int read(ByteBuffer target) throws IOException {
        int read = 0;
        traffic.waits();
        try {
            read = transportChannel.read(target);
            deadline.moved();
            return read;
        } catch (IOException e) {
            throw named(e);
        } finally {
            traffic.moved(Math.max(0, read));
            wireTraffic.received(Math.max(0, read));
        }
    }

    /** Reads from an ended connection, without counting. */
    int readAfterEnd(ByteBuffer target) throws IOException {
        return transportChannel.read(target);
    }

    void writeFully(ByteBuffer... buffers) throws IOException {
        try {
            do {
                writeSome(buffers);
                deadline.moved();
            } while (buffers[buffers.length - 1].hasRemaining());
        } catch (IOException e) {
            throw named(e);
        }
    }

    private void writeSome(ByteBuffer... buffers) throws IOException {
        long before = remaining(buffers);
        traffic.waits();
        try {
            transportChannel.write(buffers);
        } finally {
            long written = before - remaining(buffers);
            traffic.moved(written);
            wireTraffic.sent(written);
        }
    }

    private static long remaining(ByteBuffer... buffers) {
        long remaining = 0;
        for (ByteBuffer buffer : buffers) {
            remaining += buffer.remaining();
        }
        return remaining;
    }

    private IOException named(IOException cause) {
        close.run();
        if (deadline.isExpired()) {
            return new SocketTimeoutException(peer + " did not answer in time");
        }
        return cause instanceof UntrustedException ? cause : new IOException(peer + ": " + cause, cause);
    }
}
