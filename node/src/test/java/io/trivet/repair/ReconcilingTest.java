package io.trivet.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.ChunkId;
import io.trivet.model.Layout;
import io.trivet.model.NodeId;
import io.trivet.model.RebalanceSettings;
import io.trivet.model.Refusal;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import io.trivet.placement.Member;
import io.trivet.placement.Planner;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Four nodes; slot 0 belongs to n0 and n1 in the first layout. Chunk 1 of each file is in slot 0.
 */
class ReconcilingTest {
    @TempDir
    Path base;

    private final Layout first = Planner.fresh(members(0, 1, 2, 3), 2).layout();
    private Neighbourhood nodes;

    @BeforeEach
    void open() throws IOException {
        assertThat(first.homes(new Slot(0))).containsExactly(new NodeId(0), new NodeId(1));
        nodes = new Neighbourhood(base, 4, List.of(first));
    }

    @AfterEach
    void close() throws IOException {
        nodes.close();
    }

    private static List<Member> members(int... numbers) {
        return IntStream.of(numbers)
                .mapToObj(number -> new Member(new NodeId(number), 1, ""))
                .toList();
    }

    private void listAll() {
        nodes.residents.values().forEach(Neighbourhood.Resident::reconcile);
    }

    @Test
    void aHomePullsWhatAnyOtherNodeHolds() {
        ChunkId atHome = nodes.at(0).put(1, 1, 0, 7);
        ChunkId atStandIn = nodes.at(3).put(2, 1, 0, 8);
        listAll();
        nodes.at(1).reconcile();
        assertThat(nodes.at(1).repairQueue.total().count()).isEqualTo(2);
        nodes.at(1).pull();
        assertThat(nodes.at(1).has(atHome, 0)).isTrue();
        assertThat(nodes.at(1).has(atStandIn, 0)).isTrue();
        nodes.at(1).reconcile();
        assertThat(nodes.at(1).repairQueue.isEmpty()).isTrue();
        assertThat(nodes.at(1).reconciler.state().trouble()).isEmpty();
    }

    @Test
    void whatIsDeadIsNotPulled() {
        ChunkId chunk = nodes.at(0).put(1, 1, 0, 7);
        nodes.dead.add(chunk.file());
        listAll();
        nodes.at(1).reconcile();
        assertThat(nodes.at(1).repairQueue.isEmpty()).isTrue();
        assertThat(nodes.at(1).reconciler.state().trouble()).isEmpty();
    }

    /** With memory for a few: the others are asked for slot by slot, and a whole reconciliation is not waited for. */
    @Test
    void whatIsOnlyCountedIsFoundAgainAndPulled() {
        List<ChunkId> chunks = new ArrayList<>();
        for (int file = 1; file <= 40; file++) {
            chunks.add(nodes.at(0).put(file, 1, 4 * (file % 5), file));
        }
        listAll();
        Neighbourhood.Resident home = nodes.at(1);
        RepairQueue few = new RepairQueue(6);
        RepairSettings slow =
                new RepairSettings(Duration.ofSeconds(1), Duration.ofDays(1), Duration.ofDays(1), 1L << 40);
        Reconciler reconciler = new Reconciler(home, home.store, home.digests, nodes::states, few, slow);
        Puller puller = new Puller(home, home.store, few, new ThroughputMeter(), slow.bytesPerSecond());
        while (reconciler.rounds() == 0) {
            reconciler.step();
        }
        assertThat(few.total().count()).isEqualTo(40);
        for (int step = 0; step < 10_000 && !few.isEmpty(); step++) {
            reconciler.step();
            puller.step();
            assertThat(few.detailed()).isLessThanOrEqualTo(6);
        }
        assertThat(few.isEmpty()).isTrue();
        assertThat(reconciler.rounds()).isEqualTo(1);
        assertThat(chunks)
                .allMatch(chunk -> home.store
                        .find(chunk, new Slot((int) (4 * (chunk.file().counter() % 5))))
                        .isPresent());
    }

    /** Rule 1: one name, one content; a conflict is counted and nothing is overwritten. */
    @Test
    void otherBytesUnderTheSameNameAreAConflict() {
        ChunkId chunk = nodes.at(0).put(1, 1, 0, 7);
        nodes.at(1).put(1, 1, 0, 8);
        listAll();
        nodes.at(1).reconcile();
        assertThat(nodes.at(1).repairQueue.isEmpty()).isTrue();
        assertThat(nodes.at(1).reconciler.state().conflicts()).isEqualTo(1);
        int here = nodes.at(0).store.find(chunk, new Slot(0)).orElseThrow().crc32c();
        assertThat(nodes.at(1).store.find(chunk, new Slot(0)).orElseThrow().crc32c())
                .isNotEqualTo(here);
    }

    @Test
    void aSilentNodeOfTheLayoutLeavesItUncheckedAndOwed() {
        nodes.at(0).put(1, 1, 0, 7);
        listAll();
        nodes.at(0).reconcile();
        assertThat(nodes.at(0).reconciler.state().event()).isEqualTo(nodes.event);
        nodes.silent.add(new NodeId(1));
        nodes.at(0).reconcile();
        assertThat(nodes.at(0).reconciler.state().trouble()).contains("n1 does not answer");
        assertThat(nodes.at(0).reconciler.state().silentCount()).isEqualTo(1);
        assertThat(nodes.at(0).reconciler.state().event()).isZero();
        nodes.at(2).reconcile();
        assertThat(nodes.at(2).reconciler.state().silentCount()).isZero();
        nodes.silent.clear();
        nodes.at(0).reconcile();
        assertThat(nodes.at(0).reconciler.state().event()).isEqualTo(nodes.event);
    }

    /** Whatever a later look met: it has not seen what an earlier one saw. */
    @Test
    void aReconciliationThatFailsLeavesNothingChecked() {
        nodes.at(0).put(1, 1, 0, 7);
        listAll();
        Neighbourhood.Resident home = nodes.at(1);
        home.reconcile();
        home.pull();
        home.reconcile();
        assertThat(home.reconciler.state().event()).isEqualTo(nodes.event);
        nodes.at(0).put(2, 1, 0, 8);
        nodes.undecided = TrivetException.of(Refusal.Kind.UNREACHABLE, "n2", "the quorum does not answer");
        home.reconcile();
        assertThat(home.reconciler.state().event()).isZero();
        assertThat(home.reconciler.state().trouble()).contains("the quorum does not answer");
        nodes.undecided = null;
        home.reconcile();
        assertThat(home.reconciler.state().event()).isEqualTo(nodes.event);
        nodes.undecided = new IllegalStateException("a bug");
        nodes.at(0).put(3, 1, 0, 8);
        assertThatThrownBy(home::reconcile).hasMessage("a bug");
        assertThat(home.reconciler.state().event()).isZero();
        nodes.undecided = null;
        home.reconcile();
        assertThat(home.reconciler.state().event()).isEqualTo(nodes.event);
    }

    /**
     * One slot that cannot be read must not keep the chunks of all others from being repaired, nor
     * pass for compared.
     */
    @Test
    void aSlotThatCannotBeListedLeavesItUncheckedAndRepairsTheOthers() throws IOException {
        ChunkId bad = nodes.at(0).put(1, 1, 0, 7);
        nodes.at(1).put(1, 1, 0, 7);
        listAll();
        Neighbourhood.Resident home = nodes.at(1);
        home.reconcile();
        assertThat(home.reconciler.state().event()).isEqualTo(nodes.event);
        Path slot = home.file(bad, 0).getParent();
        Files.delete(home.file(bad, 0));
        Files.delete(slot);
        Files.createFile(slot);
        home.reconciler.check(new Slot(0));
        ChunkId good = nodes.at(0).put(2, 1, 1, 8);
        home.reconcile();
        assertThat(home.reconciler.state().event()).isZero();
        assertThat(home.reconciler.state().trouble()).contains("slot 0");
        home.pull();
        assertThat(home.has(good, 1)).isTrue();
    }

    /** Users save and remove all day; a check ends meanwhile. */
    @Test
    void aReconciliationEndsWhileFilesComeAndGo() {
        listAll();
        for (int step = 0; nodes.at(1).reconciler.rounds() < 4 && step < 20_000; step++) {
            for (int number : new int[] {0, 1}) {
                nodes.at(number).store.remove(nodes.at(number).put(step + 1, 1, step % 8, 7), new Slot(step % 8));
            }
            nodes.at(1).reconciler.step();
        }
        assertThat(nodes.at(1).reconciler.state().trouble()).isEmpty();
        assertThat(nodes.at(1).reconciler.state().event()).isEqualTo(nodes.event);
    }

    @Test
    void whatAHolderWentSilentWithStaysOwed() {
        nodes.at(3).put(2, 1, 0, 8);
        listAll();
        nodes.at(1).reconcile();
        nodes.silent.add(new NodeId(3));
        nodes.at(1).reconcile();
        assertThat(nodes.at(1).repairQueue.total().count()).isEqualTo(1);
    }

    /** Else a node that was drained while it lacked something would owe it for ever, and its drain never end. */
    @Test
    void whoIsNoHomeAnyMoreOwesNothing() {
        nodes.at(0).put(1, 1, 0, 7);
        listAll();
        nodes.at(1).reconcile();
        assertThat(nodes.at(1).repairQueue.total().count()).isEqualTo(1);
        nodes.published = List.of(Planner.next(first, members(0, 2, 3), 2).layout(), first);
        nodes.learnAll();
        nodes.event++;
        nodes.at(1).reconcile();
        assertThat(nodes.at(1).repairQueue.isEmpty()).isTrue();
    }

    /** The same for some of its slots, and though the holder is not heard. */
    @Test
    void whatBelongsToOtherHomesIsNotOwed() {
        nodes.at(3).put(1, 1, 0, 7);
        listAll();
        nodes.at(1).reconcile();
        assertThat(nodes.at(1).repairQueue.total().count()).isEqualTo(1);
        Layout second = without(new Slot(0), new NodeId(1));
        nodes.published = List.of(second, first);
        nodes.learnAll();
        nodes.event++;
        nodes.silent.add(new NodeId(3));
        nodes.at(1).reconcile();
        assertThat(second.nodes()).contains(new NodeId(1));
        assertThat(nodes.at(1).repairQueue.isEmpty()).isTrue();
    }

    private Layout without(Slot slot, NodeId home) {
        List<List<NodeId>> homes = new ArrayList<>(first.homes());
        homes.set(
                slot.number(),
                first.nodes().stream()
                        .filter(node -> !node.equals(home))
                        .limit(2)
                        .toList());
        return new Layout(first.version() + 1, 2, homes);
    }

    /** What only it held, the census misses. */
    @Test
    void nothingIsOwedFromANodeThatWasRemoved() throws IOException {
        nodes.at(3).put(1, 1, 0, 7);
        listAll();
        nodes.at(1).reconcile();
        assertThat(nodes.at(1).repairQueue.total().count()).isEqualTo(1);
        nodes.remove(3);
        nodes.published = List.of(Planner.next(first, members(0, 1, 2), 2).layout());
        nodes.learnAll();
        nodes.event++;
        nodes.at(1).reconcile();
        assertThat(nodes.at(1).reconciler.state().trouble()).isEmpty();
        assertThat(nodes.at(1).repairQueue.isEmpty()).isTrue();
    }

    @Test
    void aReplicaThatVanishedFromItsDiskIsALoss() throws IOException {
        ChunkId chunk = nodes.at(0).put(1, 1, 0, 7);
        nodes.at(1).put(1, 1, 0, 7);
        listAll();
        Files.delete(nodes.at(1).file(chunk, 0));
        nodes.at(1).reconciler.check(new Slot(0));
        assertThat(nodes.at(1).losses).hasSize(1);
        nodes.at(1).reconcile();
        nodes.at(1).pull();
        assertThat(nodes.at(1).has(chunk, 0)).isTrue();
    }

    /** Rule 6. */
    @Test
    void aStandInLetsGoOnlyWhenEveryHomeHasIt() {
        ChunkId chunk = nodes.at(3).put(2, 1, 0, 8);
        nodes.at(0).put(2, 1, 0, 8);
        listAll();
        nodes.at(3).letGo();
        assertThat(nodes.at(3).has(chunk, 0)).isTrue();
        assertThat(nodes.at(3).surplusRemover.surplus()).isEqualTo(1);
        nodes.at(1).reconcile();
        nodes.at(1).pull();
        nodes.at(3).letGo();
        assertThat(nodes.at(3).has(chunk, 0)).isFalse();
        assertThat(nodes.at(0).has(chunk, 0)).isTrue();
        assertThat(nodes.at(1).has(chunk, 0)).isTrue();
        nodes.at(3).letGo();
        assertThat(nodes.at(3).surplusRemover.surplus()).isZero();
    }

    /**
     * What was handed back must be listed again: a node that hands back in several passes says so
     * after the last, not a slow round later.
     */
    @Test
    void whoHasHandedBackInTwoPassesSaysThatNothingIsLeft() {
        nodes.at(3).put(1, 1, 0, 7);
        ChunkId second = nodes.at(3).put(2, 1, 1, 8);
        listAll();
        nodes.at(0).reconcile();
        nodes.at(0).pull();
        nodes.at(1).reconcile();
        nodes.silent.add(first.homes(new Slot(1)).getLast());
        nodes.at(1).pull();
        nodes.at(3).letGo();
        assertThat(nodes.at(3).has(second, 1)).isTrue();
        nodes.silent.clear();
        first.homes(new Slot(1)).forEach(home -> {
            nodes.at(home.number()).reconcile();
            nodes.at(home.number()).pull();
        });
        nodes.at(3).letGo();
        assertThat(nodes.at(3).has(second, 1)).isFalse();
        assertThat(nodes.at(3).surplusRemover.surplus()).isZero();
    }

    /** Rule 6: read back, not only there. */
    @Test
    void aRottenReplicaIsNoPromise() throws IOException {
        ChunkId chunk = nodes.at(3).put(2, 1, 0, 8);
        nodes.at(0).put(2, 1, 0, 8);
        nodes.at(1).put(2, 1, 0, 8);
        listAll();
        byte[] bytes = Files.readAllBytes(nodes.at(1).file(chunk, 0));
        bytes[500]++;
        Files.write(nodes.at(1).file(chunk, 0), bytes);
        nodes.at(3).letGo();
        assertThat(nodes.at(3).has(chunk, 0)).isTrue();
    }

    /** Rule 6: other bytes under the name are no replica of these. */
    @Test
    void otherContentIsNoPromise() {
        ChunkId chunk = nodes.at(3).put(2, 1, 0, 8);
        nodes.at(0).put(2, 1, 0, 8);
        nodes.at(1).put(2, 1, 0, 9);
        listAll();
        nodes.at(3).letGo();
        assertThat(nodes.at(3).has(chunk, 0)).isTrue();
    }

    /** Rule 6: at the same and newest layout version. */
    @Test
    void aHomeThatKnowsAnotherLayoutPromisesNothing() {
        ChunkId chunk = nodes.at(3).put(2, 1, 0, 8);
        nodes.at(0).put(2, 1, 0, 8);
        nodes.at(1).put(2, 1, 0, 8);
        listAll();
        nodes.published = List.of(first.withVersion(2), first);
        nodes.at(3).known = nodes.view();
        nodes.at(0).known = nodes.view();
        nodes.at(3).letGo();
        assertThat(nodes.at(3).has(chunk, 0)).isTrue();
        Request.PromiseToKeep old = new Request.PromiseToKeep(1, new Slot(0), List.of());
        assertThatThrownBy(() -> nodes.at(0).promises.promise(old))
                .isInstanceOfSatisfying(
                        TrivetException.class, e -> assertThat(e.kind()).isEqualTo(Refusal.Kind.STALE));
    }

    /** Rule 6: a node that was away, and may not know that a layout made it a home, lets go of nothing. */
    @Test
    void aNodeWithAnOldLayoutLetsGoOfNothing() {
        ChunkId chunk = nodes.at(3).put(2, 1, 0, 8);
        nodes.at(0).put(2, 1, 0, 8);
        nodes.at(1).put(2, 1, 0, 8);
        listAll();
        nodes.published = List.of(Planner.next(first, members(2, 3), 2).layout(), first);
        nodes.at(3).letGo();
        assertThat(nodes.at(3).has(chunk, 0)).isTrue();
    }

    /** Rule 6: what was promised at a later version is not let go of under an earlier one, whoever promised then. */
    @Test
    void aPromiseIsKeptAgainstEarlierPromisesOfOthers() {
        Neighbourhood.Resident stands = nodes.at(3);
        ChunkId chunk = stands.put(2, 1, 0, 8);
        Layout second = Planner.next(first, members(2, 3), 2).layout();
        nodes.published = List.of(second, first);
        nodes.learnAll();
        Reply.Held held = SlotNames.here(stands.store, new Slot(0)).get(chunk);
        Reply.Promised promised =
                stands.promises.promise(new Request.PromiseToKeep(second.version(), new Slot(0), List.of(held)));
        assertThat(promised.chunks()).containsExactly(chunk);
        stands.known = nodes.at(3).known;
        assertThat(stands.promises.letGo(first.version(), new Slot(0), () -> stands.store.remove(chunk, new Slot(0))))
                .isFalse();
        assertThat(stands.has(chunk, 0)).isTrue();
    }

    @Test
    void noPromiseIsGivenWhileTheSlotIsBeingLetGoOf() {
        Neighbourhood.Resident stands = nodes.at(0);
        boolean let = stands.promises.letGo(
                1,
                new Slot(0),
                () -> assertThatThrownBy(
                                () -> stands.promises.promise(new Request.PromiseToKeep(1, new Slot(0), List.of())))
                        .hasMessageContaining("being let go of"));
        assertThat(let).isTrue();
    }

    /** What all homes of before have can wait; what one of them lacks cannot. */
    @Test
    void aPauseStopsWhatIsOnlyMovedAndNothingElse() {
        ChunkId moved = nodes.at(0).put(1, 1, 0, 7);
        nodes.at(1).put(1, 1, 0, 7);
        ChunkId lacking = nodes.at(0).put(2, 1, 0, 8);
        ChunkId atStandIn = nodes.at(0).put(3, 1, 0, 9);
        nodes.at(3).put(3, 1, 0, 9);
        nodes.published = List.of(Planner.next(first, members(2, 3), 2).layout(), first);
        nodes.rebalanceSettings = new RebalanceSettings(true, 0, false);
        nodes.learnAll();
        nodes.event++;
        listAll();
        nodes.at(2).reconcile();
        assertThat(nodes.at(2).repairQueue.total().count()).isEqualTo(3);
        nodes.at(2).pull();
        assertThat(nodes.at(2).has(moved, 0)).isFalse();
        assertThat(nodes.at(2).has(lacking, 0)).isTrue();
        assertThat(nodes.at(2).has(atStandIn, 0)).isTrue();
        nodes.rebalanceSettings = RebalanceSettings.USUAL;
        nodes.learnAll();
        nodes.at(2).pull();
        assertThat(nodes.at(2).has(moved, 0)).isTrue();
    }

    /** What a home was said to hold it is taken to hold until it says otherwise. */
    @Test
    void aPauseHoldsWhileAHomeIsSlowToSayWhatItHas() {
        ChunkId moved = nodes.at(0).put(1, 1, 0, 7);
        nodes.at(1).put(1, 1, 0, 7);
        nodes.published = List.of(Planner.next(first, members(2, 3), 2).layout(), first);
        nodes.rebalanceSettings = new RebalanceSettings(true, 0, false);
        nodes.learnAll();
        nodes.event++;
        listAll();
        nodes.at(2).reconcile();
        nodes.at(0).digests.changing(new Slot(0));
        nodes.at(0).digests.changed(new Slot(0));
        nodes.event++;
        nodes.at(2).reconcile();
        assertThat(nodes.at(0).digests.isKnown(new Slot(0))).isFalse();
        nodes.at(2).pull();
        assertThat(nodes.at(2).has(moved, 0)).isFalse();
    }

    @Test
    void aRateIsForMovesAndLetsRepairPass() {
        ChunkId one = nodes.at(0).put(1, 1, 0, 7);
        nodes.at(1).put(1, 1, 0, 7);
        ChunkId other = nodes.at(0).put(2, 1, 0, 7);
        nodes.at(1).put(2, 1, 0, 7);
        nodes.published = List.of(Planner.next(first, members(2, 3), 2).layout(), first);
        nodes.rebalanceSettings = new RebalanceSettings(false, Repair.PULLERS, false);
        nodes.learnAll();
        nodes.event++;
        listAll();
        nodes.at(2).reconcile();
        nodes.at(2).pull();
        assertThat(nodes.at(2).has(one, 0) ^ nodes.at(2).has(other, 0)).isTrue();
        ChunkId lacking = nodes.at(0).put(3, 1, 0, 8);
        nodes.at(2).reconcile();
        nodes.at(2).pull();
        assertThat(nodes.at(2).has(lacking, 0)).isTrue();
        assertThat(nodes.at(2).repairQueue.total().count()).isEqualTo(1);
    }

    @Test
    void afterALayoutChangeEverythingEndsAtTheNewHomes() {
        ChunkId chunk = nodes.at(0).put(1, 1, 0, 7);
        nodes.at(1).put(1, 1, 0, 7);
        listAll();
        Layout second = Planner.next(first, members(2, 3), 2).layout();
        nodes.published = List.of(second, first);
        nodes.learnAll();
        nodes.event++;
        for (Neighbourhood.Resident resident : nodes.residents.values()) {
            resident.reconcile();
            resident.letGo();
        }
        assertThat(nodes.at(0).has(chunk, 0)).isTrue();
        nodes.residents.values().forEach(Neighbourhood.Resident::pull);
        nodes.at(0).letGo();
        nodes.at(1).letGo();
        for (int number = 0; number < 4; number++) {
            assertThat(nodes.at(number).has(chunk, 0)).isEqualTo(number >= 2);
        }
    }
}
