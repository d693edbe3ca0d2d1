package io.trivet.wire;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles failures to accept a connection, mostly for lack of file descriptors: pauses, longer with
 * every failure, logs once a minute, and refuses a caller with a spare descriptor so that it does
 * not wait in vain. One thread.
 */
final class AcceptBackoff {
    private static final Logger LOG = LoggerFactory.getLogger(AcceptBackoff.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(10);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
    private static final Duration SAID_EVERY = Duration.ofMinutes(1);

    private static final int REFUSED_AT_ONCE = 64;

    private final ServerSocketChannel server;
    private @Nullable SocketChannel spare = another();
    private Duration pause = FIRST_PAUSE;
    private long failures;
    private @Nullable Long saidNanos;

    AcceptBackoff(ServerSocketChannel server) {
        this.server = server;
    }

    void succeeded() {
        pause = FIRST_PAUSE;
    }

    /** Pauses before it returns. */
    void failed(Throwable cause) {
        failures++;
        long now = System.nanoTime();
        if (saidNanos == null || now - saidNanos > SAID_EVERY.toNanos()) {
            LOG.warn("accept failed times={} cause=\"{}\"", failures, cause.toString());
            saidNanos = now;
            failures = 0;
        }
        LockSupport.parkNanos(pause.toNanos());
        pause = pause.compareTo(LONGEST_PAUSE.dividedBy(2)) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        if (cause instanceof IOException) {
            refuseOne();
        }
    }

    /** If a descriptor is free again, there are two spare ones and no caller is refused. */
    private void refuseOne() {
        @Nullable SocketChannel reserve = another();
        if (reserve != null) {
            closed(spare);
            spare = reserve;
            return;
        }
        closed(spare);
        try {
            server.configureBlocking(false);
            refuseWhoWaits();
        } catch (IOException ignored) {
            // The freed descriptor was taken by another thread.
        } finally {
            blockAgain();
        }
        spare = another();
    }

    private void refuseWhoWaits() throws IOException {
        for (int refused = 0; refused < REFUSED_AT_ONCE; refused++) {
            @Nullable SocketChannel caller = server.accept();
            if (caller == null) {
                return;
            }
            caller.close();
        }
    }

    private void blockAgain() {
        try {
            server.configureBlocking(true);
        } catch (IOException ignored) {
            // The server was closed.
        }
    }

    private static @Nullable SocketChannel another() {
        try {
            return SocketChannel.open();
        } catch (IOException ignored) {
            return null;
        }
    }

    private static void closed(@Nullable SocketChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException ignored) {
            // The spare channel holds no data.
        }
    }

    void close() {
        closed(spare);
        spare = null;
    }
}
