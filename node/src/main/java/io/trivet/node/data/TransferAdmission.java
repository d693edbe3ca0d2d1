package io.trivet.node.data;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.Connection;
import io.trivet.wire.ConnectionTraffic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Limits the concurrent transfers of one kind, and shares them fairly. A free place goes to the
 * account with the fewest transfers. While an account waits, the slowest transfer of the accounts
 * with more is ended, if it is slower than {@link #SLOW_BYTES_PER_SECOND} because of its peer: a
 * slow transfer is tolerated while no other account waits. If the account that waits has none, and
 * waited for {@link #FAIR_WAIT}, one that waits for its peer is ended at any rate, of an account
 * with several. Any thread.
 */
final class TransferAdmission {
    /** The slowest rate tolerated while another account waits. */
    static final long SLOW_BYTES_PER_SECOND = 64 << 10;

    /** The time over which the rate is measured, longer than the longest round trip on earth. */
    static final Duration WINDOW = Duration.ofSeconds(1);

    /** After this time an account without a transfer gets one of those that another has several of. */
    static final Duration FAIR_WAIT = Duration.ofSeconds(2);

    private static final long LOOK_AGAIN_MS = 100;

    private final int atOnce;
    private final List<Place> taken = new ArrayList<>();
    private final List<Waiting> queue = new ArrayList<>();
    private long numbers;

    TransferAdmission(int atOnce) {
        this.atOnce = atOnce;
    }

    /** A waiting caller. */
    private record Waiting(String account, long number) {}

    /** A transfer that may run; close it when it is over. */
    final class Place implements AutoCloseable {
        private final String account;
        private final @Nullable Connection connection;
        private long windowNanos = System.nanoTime();
        private long windowBytes;
        private long windowWaited;
        private boolean leaving;

        private Place(String account, @Nullable Connection connection) {
            this.account = account;
            this.connection = connection;
            if (connection != null) {
                windowBytes = connection.traffic().bytes();
                windowWaited = connection.traffic().waitedNanos();
            }
        }

        /**
         * Bytes per second while waiting for the peer, since the last measurement; the largest
         * number if it mostly did not wait for the peer.
         */
        private long rate() {
            long nanos = System.nanoTime() - windowNanos;
            if (connection == null || leaving || nanos < WINDOW.toNanos()) {
                return Long.MAX_VALUE;
            }
            ConnectionTraffic connectionTraffic = connection.traffic();
            long bytes = connectionTraffic.bytes() - windowBytes;
            long waited = connectionTraffic.waitedNanos() - windowWaited;
            windowNanos += nanos;
            windowBytes += bytes;
            windowWaited += waited;
            return waited < nanos / 2 ? Long.MAX_VALUE : (long) (bytes * 1e9 / waited);
        }

        @Override
        public void close() {
            end(this);
        }
    }

    /**
     * Waits for a place for a transfer of this account. Throws {@code BUSY} if none becomes free in
     * time, or too many of this account wait already.
     */
    Place take(String account, @Nullable Connection connection, Duration limit) {
        long begin = System.nanoTime();
        long end = begin + limit.toNanos();
        Waiting waiting = enqueue(account);
        try {
            while (true) {
                @Nullable Place place = tryTake(waiting, connection);
                if (place != null) {
                    return place;
                }
                boolean waitedLong = System.nanoTime() - begin > FAIR_WAIT.toNanos();
                @Nullable Connection slow = slowest(account, waitedLong);
                if (slow != null) {
                    slow.close();
                }
                await(end);
            }
        } finally {
            leave(waiting);
        }
    }

    private synchronized Waiting enqueue(String account) {
        if (queue.stream().filter(other -> other.account.equals(account)).count() >= atOnce) {
            throw busy();
        }
        Waiting waiting = new Waiting(account, numbers++);
        queue.add(waiting);
        return waiting;
    }

    private synchronized void leave(Waiting waiting) {
        queue.remove(waiting);
        notifyAll();
    }

    private synchronized @Nullable Place tryTake(Waiting waiting, @Nullable Connection connection) {
        if (taken.size() >= atOnce || !isNext(waiting)) {
            return null;
        }
        Place place = new Place(waiting.account, connection);
        taken.add(place);
        return place;
    }

    private boolean isNext(Waiting waiting) {
        long own = held(waiting.account);
        for (Waiting other : queue) {
            long held = held(other.account);
            if (held < own || (held == own && other.number < waiting.number)) {
                return false;
            }
        }
        return true;
    }

    private long held(String account) {
        return taken.stream().filter(place -> place.account.equals(account)).count();
    }

    /** The connection to close in favour of this account. */
    private synchronized @Nullable Connection slowest(String waiting, boolean waitedLong) {
        if (taken.size() < atOnce) {
            return null;
        }
        long own = held(waiting);
        @Nullable Place slowest = null;
        boolean atAnyRate = own == 0 && waitedLong && taken.stream().noneMatch(place -> place.leaving);
        long least = atAnyRate ? Long.MAX_VALUE : SLOW_BYTES_PER_SECOND;
        for (Place place : taken) {
            long rate = held(place.account) > Math.max(own, atAnyRate ? 1 : 0) ? place.rate() : Long.MAX_VALUE;
            if (rate < least) {
                least = rate;
                slowest = place;
            }
        }
        if (slowest == null) {
            return null;
        }
        slowest.leaving = true;
        return slowest.connection;
    }

    @SuppressWarnings("WaitNotInLoop") // the caller checks again
    private synchronized void await(long end) {
        long leftMs = (end - System.nanoTime()) / 1_000_000;
        if (leftMs <= 0) {
            throw busy();
        }
        try {
            wait(Math.min(leftMs, LOOK_AGAIN_MS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy();
        }
    }

    private static TrivetException busy() {
        return TrivetException.of(Refusal.Kind.BUSY, "", "too many transfers at once: try again, or fewer at once");
    }

    private synchronized void end(Place place) {
        taken.remove(place);
        notifyAll();
    }

    synchronized int underWay() {
        return taken.size();
    }

    synchronized int waiting() {
        return queue.size();
    }
}
