package io.trivet.node.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RaftMemberRestarterTest {
    private long seconds;
    private boolean stopped = true;
    private boolean room = true;
    private boolean helps;
    private final List<Long> tries = new ArrayList<>();

    private final RaftMemberRestarter recovery = new RaftMemberRestarter(
            new RaftMemberRestarter.Part() {
                @Override
                public boolean isStopped() {
                    return stopped;
                }

                @Override
                public boolean hasRoom() {
                    return room;
                }

                @Override
                public void restart() {
                    tries.add(seconds);
                    stopped = !helps;
                }
            },
            () -> Duration.ofSeconds(seconds).toNanos());

    private void until(long end) {
        for (; seconds < end; seconds++) {
            recovery.round();
        }
    }

    @Test
    void aPartThatRunsIsLeftAlone() {
        stopped = false;
        until(500);

        assertThat(tries).isEmpty();
    }

    @Test
    void nothingIsTriedWithoutRoom() {
        room = false;
        until(100);
        room = true;
        helps = true;
        until(200);

        assertThat(tries).containsExactly(100L);
    }

    @Test
    void triesThatFailBecomeRare() {
        until(200);

        assertThat(tries).containsExactly(0L, 1L, 3L, 7L, 15L, 31L, 63L, 123L, 183L);
    }

    @Test
    void aPartThatRanForLongIsTriedAtOnce() {
        until(100);
        helps = true;
        until(300);
        stopped = true;
        helps = false;
        until(303);

        assertThat(tries).endsWith(123L, 300L, 301L);
    }
}
