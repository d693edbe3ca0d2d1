package io.trivet.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.ChunkId;
import io.trivet.model.FileId;
import io.trivet.model.NodeId;
import io.trivet.model.Slot;
import io.trivet.wire.protocol.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RepairQueueTest {
    private final RepairQueue repairQueue = new RepairQueue();

    private static ChunkId chunk(long file) {
        return new ChunkId(new FileId(1, file), 1);
    }

    private static RepairQueue.Replica lacking(long file, int... holders) {
        Set<NodeId> nodes = new TreeSet<>();
        for (int holder : holders) {
            nodes.add(new NodeId(holder));
        }
        return new RepairQueue.Replica(
                new Slot(0), new Reply.Held(chunk(file), 1000, 7), nodes, System.nanoTime(), 0, System.nanoTime());
    }

    private void found(List<RepairQueue.Replica> lacking) {
        repairQueue.found(new Slot(0), lacking, Set.of());
    }

    private ChunkId taken() {
        return repairQueue.take().orElseThrow().chunk();
    }

    @Test
    void theFewestCopiesFirstThenTheOldest() {
        found(List.of(lacking(1, 0, 2), lacking(2, 0), lacking(3, 0), lacking(4, 0, 2, 3)));
        assertThat(List.of(taken(), taken(), taken(), taken())).containsExactly(chunk(2), chunk(3), chunk(1), chunk(4));
        assertThat(repairQueue.take()).isEmpty();
    }

    @Test
    void whatIsUnderWayIsNobodyElses() {
        found(List.of(lacking(1, 0)));
        taken();
        found(List.of(lacking(1, 0, 2)));
        assertThat(repairQueue.take()).isEmpty();
        repairQueue.failed(chunk(1));
        assertThat(repairQueue.total().count()).isEqualTo(1);
        repairQueue.done(chunk(1));
        assertThat(repairQueue.isEmpty()).isTrue();
    }

    @Test
    void whatFailedWaitsAndLetsOthersPass() throws InterruptedException {
        found(List.of(lacking(1, 0), lacking(2, 0, 2)));
        taken();
        repairQueue.failed(chunk(1));
        assertThat(taken()).isEqualTo(chunk(2));
        assertThat(repairQueue.take()).isEmpty();
        TimeUnit.MILLISECONDS.sleep(550);
        found(List.of(lacking(1, 0), lacking(2, 0, 2)));
        RepairQueue.Replica again = repairQueue.take().orElseThrow();
        assertThat(again.chunk()).isEqualTo(chunk(1));
        assertThat(again.failures()).isEqualTo(1);
    }

    @Test
    void whatIsNotWantedNowStays() {
        found(List.of(lacking(1, 0), lacking(2, 0), lacking(3, 0, 2)));
        assertThat(repairQueue.take(replica -> replica.holders().size() == 2))
                .hasValueSatisfying(replica -> assertThat(replica.chunk()).isEqualTo(chunk(3)));
        assertThat(repairQueue.take(replica -> replica.chunk().equals(chunk(2))))
                .isPresent();
        assertThat(taken()).isEqualTo(chunk(1));
    }

    @Test
    void whatIsNotOwedAnyMoreIsNotTaken() {
        found(List.of(lacking(1, 0), lacking(2, 0)));
        found(List.of(lacking(2, 0)));
        assertThat(taken()).isEqualTo(chunk(2));
        assertThat(repairQueue.take()).isEmpty();
    }

    /** A scan of all chunks for each of them would take hours. */
    @Test
    void aNodeOfManySmallFilesIsNotLookedThroughForEachOfThem() {
        List<RepairQueue.Replica> many = new ArrayList<>();
        for (int file = 1; file <= 200_000; file++) {
            many.add(lacking(file, file % 3 == 0 ? new int[] {0} : new int[] {0, 2}));
        }
        RepairQueue repairQueue = new RepairQueue(many.size());
        repairQueue.found(new Slot(0), many, Set.of());
        long begin = System.nanoTime();
        for (int file = 0; file < many.size(); file++) {
            repairQueue.done(repairQueue.take().orElseThrow().chunk());
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
        assertThat(repairQueue.isEmpty()).isTrue();
    }

    private static RepairQueue.Replica lackingIn(int slot, long file, int... holders) {
        RepairQueue.Replica replica = lacking(file, holders);
        return new RepairQueue.Replica(
                new Slot(slot),
                replica.held(),
                replica.holders(),
                replica.sinceNanos(),
                replica.failures(),
                replica.notBeforeNanos());
    }

    /**
     * What a comparison of a slot finds: {@code each} lacking files; every tenth has one copy
     * fewer.
     */
    private static List<RepairQueue.Replica> shown(int slot, int each, Set<Long> repaired) {
        return LongStream.rangeClosed((long) slot * each + 1, (long) (slot + 1) * each)
                .filter(file -> !repaired.contains(file))
                .mapToObj(file -> file % 10 == 0 ? lackingIn(slot, file, 2) : lackingIn(slot, file, 1, 2))
                .toList();
    }

    /**
     * A dead node with a million small files must not fill the memory of every node that repairs.
     */
    @Test
    void ofAMillionOnlySomeAreKnownOneByOne() {
        int each = 400;
        for (int slot = 0; slot < Slot.COUNT; slot++) {
            repairQueue.found(new Slot(slot), shown(slot, each, Set.of()), Set.of());
            assertThat(repairQueue.detailed()).isLessThanOrEqualTo(RepairQueue.MAX_DETAILED);
        }
        assertThat(repairQueue.total().count()).isEqualTo((long) each * Slot.COUNT);
        assertThat(repairQueue.total().bytes()).isEqualTo(1000L * each * Slot.COUNT);
        for (int taken = 0; taken < RepairQueue.MAX_DETAILED; taken++) {
            assertThat(repairQueue.take().orElseThrow().holders()).hasSize(1);
        }
    }

    /**
     * All of them, those with the fewest copies first as far as they are known; none is counted
     * twice or lost.
     */
    @Test
    void whatIsOnlyCountedIsAskedForWhenThereIsRoom() {
        RepairQueue few = new RepairQueue(100);
        int each = 20;
        int slots = 50;
        Set<Long> repaired = new HashSet<>();
        for (int slot = 0; slot < slots; slot++) {
            few.found(new Slot(slot), shown(slot, each, repaired), Set.of());
        }
        while (!few.isEmpty()) {
            assertThat(few.total().count()).isEqualTo((long) each * slots - repaired.size());
            few.slotsToCompare().forEach(slot -> few.found(slot, shown(slot.number(), each, repaired), Set.of()));
            RepairQueue.Replica next = few.take().orElseThrow();
            assertThat(repaired.add(next.chunk().file().counter())).isTrue();
            few.done(next.chunk());
        }
        assertThat(repaired).hasSize(each * slots);
    }

    @Test
    void whatIsOnlyCountedStaysOwedWhileItsHolderIsNotHeard() {
        RepairQueue few = new RepairQueue(2);
        few.found(new Slot(0), shown(0, 10, Set.of()), Set.of());
        few.found(new Slot(0), List.of(), Set.of(new NodeId(2)));
        assertThat(few.total().count()).isEqualTo(10);
        assertThat(few.hasMore()).isFalse();
        few.onlyIn(_ -> true);
        few.found(new Slot(0), List.of(), Set.of());
        assertThat(few.isEmpty()).isTrue();
    }

    /**
     * Otherwise chunks whose only holder cannot send them would keep others from being known and
     * repaired.
     */
    @Test
    void whatFailsAgainAndAgainMakesRoom() {
        RepairQueue few = new RepairQueue(2);
        few.found(new Slot(0), List.of(lacking(1, 0), lacking(2, 0)), Set.of());
        for (int file = 1; file <= 2; file++) {
            for (int failure = 0; failure < 5; failure++) {
                few.failed(chunk(file));
            }
        }
        few.found(new Slot(1), List.of(lackingIn(1, 3, 0, 2), lackingIn(1, 4, 0, 2)), Set.of());
        assertThat(few.take().orElseThrow().chunk()).isEqualTo(chunk(3));
        assertThat(few.take().orElseThrow().chunk()).isEqualTo(chunk(4));
        assertThat(few.total().count()).isEqualTo(4);
    }
}
