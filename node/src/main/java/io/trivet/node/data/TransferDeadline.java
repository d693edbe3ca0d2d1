package io.trivet.node.data;

import io.trivet.wire.Connection;
import java.time.Duration;

/**
 * How long a whole transfer may wait for its other end: as long as its pieces may take one by one if
 * they have the usual size. A limit per piece alone would let a caller that sends tiny pieces hold its
 * place without end. What this node itself needs, for its disk and for the nodes behind it, does not
 * count. One thread.
 */
final class TransferDeadline {
    /**
     * As patient as a client whose transfers, 24 at the most, share one slow line; as long as
     * nobody else waits for the place.
     */
    static final Duration PIECE_LIMIT = Duration.ofSeconds(90);

    /** For what is not a piece: the request's answer, the end. */
    private static final int BESIDE_PIECES = 1;

    private Duration left;

    TransferDeadline(int length) {
        this.left = PIECE_LIMIT.multipliedBy(Math.ceilDiv(length, Connection.PIECE_BYTES) + BESIDE_PIECES);
    }

    /** For the next wait; not positive when the transfer has had its time. */
    Duration next() {
        return left.compareTo(PIECE_LIMIT) < 0 ? left : PIECE_LIMIT;
    }

    void waited(Duration time) {
        left = left.minus(time);
    }
}
