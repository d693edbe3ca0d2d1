package io.trivet.node.data;

import io.trivet.wire.Connection;
import java.time.Duration;

/**
 * How long a whole transfer may wait for its peer: as long as its pieces of the usual size may take
 * one by one. A limit per piece alone would let a caller that sends tiny pieces keep its place for
 * ever. What this node itself needs, for its disk and the nodes behind it, does not count. One
 * thread.
 */
final class TransferDeadline {
    /**
     * As long as a client with 24 transfers on one slow line needs; applies as long as no other
     * account waits for the place.
     */
    static final Duration PIECE_LIMIT = Duration.ofSeconds(90);

    /** For waits other than for pieces: the request's answer, the end. */
    private static final int BESIDE_PIECES = 1;

    private Duration left;

    TransferDeadline(int length) {
        this.left = PIECE_LIMIT.multipliedBy(Math.ceilDiv(length, Connection.PIECE_BYTES) + BESIDE_PIECES);
    }

    /** The limit of the next wait; not positive if the transfer's time is used up. */
    Duration next() {
        return left.compareTo(PIECE_LIMIT) < 0 ? left : PIECE_LIMIT;
    }

    void waited(Duration time) {
        left = left.minus(time);
    }
}
