package io.trivet.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.ChunkId;
import io.trivet.model.FileId;
import io.trivet.model.NodeId;
import io.trivet.model.Slot;
import io.trivet.wire.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OwedTest {
    private final Owed owed = new Owed();

    private static ChunkId chunk(long file) {
        return new ChunkId(new FileId(1, file), 1);
    }

    private static Owed.Replica lacking(long file, int... holders) {
        Set<NodeId> nodes = new TreeSet<>();
        for (int holder : holders) {
            nodes.add(new NodeId(holder));
        }
        return new Owed.Replica(
                new Slot(0), new Reply.Held(chunk(file), 1000, 7), nodes, System.nanoTime(), 0, System.nanoTime());
    }

    private void found(List<Owed.Replica> lacking) {
        owed.found(lacking, _ -> true, Set.of());
    }

    private ChunkId taken() {
        return owed.take().orElseThrow().chunk();
    }

    @Test
    void theFewestCopiesFirstThenTheOldest() {
        found(List.of(lacking(1, 0, 2), lacking(2, 0), lacking(3, 0), lacking(4, 0, 2, 3)));
        assertThat(List.of(taken(), taken(), taken(), taken())).containsExactly(chunk(2), chunk(3), chunk(1), chunk(4));
        assertThat(owed.take()).isEmpty();
    }

    @Test
    void whatIsUnderWayIsNobodyElses() {
        found(List.of(lacking(1, 0)));
        taken();
        found(List.of(lacking(1, 0, 2)));
        assertThat(owed.take()).isEmpty();
        owed.failed(chunk(1));
        assertThat(owed.total().count()).isEqualTo(1);
        owed.done(chunk(1));
        assertThat(owed.isEmpty()).isTrue();
    }

    @Test
    void whatFailedWaitsAndLetsOthersPass() throws InterruptedException {
        found(List.of(lacking(1, 0), lacking(2, 0, 2)));
        taken();
        owed.failed(chunk(1));
        assertThat(taken()).isEqualTo(chunk(2));
        assertThat(owed.take()).isEmpty();
        TimeUnit.MILLISECONDS.sleep(550);
        found(List.of(lacking(1, 0), lacking(2, 0, 2)));
        Owed.Replica again = owed.take().orElseThrow();
        assertThat(again.chunk()).isEqualTo(chunk(1));
        assertThat(again.failures()).isEqualTo(1);
    }

    @Test
    void whatIsNotWantedNowStays() {
        found(List.of(lacking(1, 0), lacking(2, 0), lacking(3, 0, 2)));
        assertThat(owed.take(replica -> replica.holders().size() == 2))
                .hasValueSatisfying(replica -> assertThat(replica.chunk()).isEqualTo(chunk(3)));
        assertThat(owed.take(replica -> replica.chunk().equals(chunk(2)))).isPresent();
        assertThat(taken()).isEqualTo(chunk(1));
    }

    @Test
    void whatIsNotOwedAnyMoreIsNotTaken() {
        found(List.of(lacking(1, 0), lacking(2, 0)));
        found(List.of(lacking(2, 0)));
        assertThat(taken()).isEqualTo(chunk(2));
        assertThat(owed.take()).isEmpty();
    }

    /** A look at all for each of them would take hours. */
    @Test
    void aNodeOfManySmallFilesIsNotLookedThroughForEachOfThem() {
        List<Owed.Replica> many = new ArrayList<>();
        for (int file = 1; file <= 200_000; file++) {
            many.add(lacking(file, file % 3 == 0 ? new int[] {0} : new int[] {0, 2}));
        }
        found(many);
        long begin = System.nanoTime();
        for (int file = 0; file < many.size(); file++) {
            owed.done(taken());
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
        assertThat(owed.isEmpty()).isTrue();
    }
}
