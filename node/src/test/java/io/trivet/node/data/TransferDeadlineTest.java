package io.trivet.node.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class TransferDeadlineTest {
    private static final Duration PIECE = TransferDeadline.PIECE_LIMIT;

    /** Pieces of the usual size may each take their full time. */
    @Test
    void aSlowLineHasTimeForEachPiece() {
        TransferDeadline time = new TransferDeadline((50 << 20) - 1);
        for (int piece = 0; piece < 50; piece++) {
            assertThat(time.next()).isEqualTo(PIECE);
            time.waited(PIECE);
        }
        assertThat(time.next()).isEqualTo(PIECE);
    }

    /** Otherwise 64 KiB every 80 seconds would hold a place for 18 hours. */
    @Test
    void whoMovesTinyPiecesHasNoMoreTimeForAll() {
        TransferDeadline time = new TransferDeadline(50 << 20);
        Duration slow = Duration.ofSeconds(80);
        int pieces = 0;
        while (time.next().compareTo(slow) >= 0) {
            time.waited(slow);
            pieces++;
        }
        assertThat(pieces).isBetween(50, 60);
    }

    @Test
    void anEmptyOneHasTheTimeOfAPiece() {
        assertThat(new TransferDeadline(0).next()).isEqualTo(PIECE);
    }
}
