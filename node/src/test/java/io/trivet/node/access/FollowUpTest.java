package io.trivet.node.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.wire.protocol.Request;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FollowUpTest {
    private static final Duration ROOM = Duration.ofMillis(800);

    /**
     * A client that asks again makes the leader begin from the start: as long as a removal takes,
     * nobody would get a page of the trash.
     */
    @Test
    void whatACallerWaitsForIsShorterThanItWaits() {
        Duration trash = FollowUp.LIMIT.plus(TrashSums.WAIT).plus(TrashSums.WAIT);
        assertThat(trash.plus(ROOM)).isLessThan(Request.ANSWER_LIMIT);
        assertThat(RenameCheck.LIMIT.plus(ROOM)).isLessThan(Request.ANSWER_LIMIT);
    }
}
