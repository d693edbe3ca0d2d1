package io.trivet.repair;

import static io.trivet.repair.OneNode.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.ChunkId;
import io.trivet.model.ChunkRange;
import io.trivet.model.FileId;
import io.trivet.model.IdState;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules 3, 4 and 5 on one node: what may be deleted and what never. */
final class SweeperTest implements FileStates {
    @TempDir
    Path disk;

    private final Map<FileId, IdState> states = new HashMap<>();
    private final List<List<FileId>> asked = new ArrayList<>();
    private boolean sweeping = true;
    private Runnable meanwhile = () -> {};
    private OneNode node;
    private Sweeper sweeper;

    @BeforeEach
    void open() throws IOException {
        node = new OneNode(disk);
        sweeper = new Sweeper(node.store, this, Duration.ofSeconds(1));
    }

    @AfterEach
    void close() throws IOException {
        node.close();
    }

    @Override
    public QueryResult.IdStates of(List<FileId> ids) {
        asked.add(ids);
        QueryResult.IdStates answer = new QueryResult.IdStates(
                sweeping,
                ids.stream()
                        .map(id -> states.getOrDefault(id, new IdState.Unknown()))
                        .toList());
        meanwhile.run();
        return answer;
    }

    private void round() {
        for (int slot = 0; slot < Slot.COUNT; slot++) {
            sweeper.step();
        }
    }

    /**
     * Rule 3: only dead chunks go; those alive, within their grace, of another epoch or newer than
     * the namespace stay.
     */
    @Test
    void onlyTheDeadAreRemoved() {
        states.put(file(2, 1), new IdState.Alive());
        states.put(file(2, 2), new IdState.Removed(Instant.EPOCH));
        states.put(file(2, 3), new IdState.Dead());
        List<ChunkId> kept = List.of(
                node.put(file(1, 9), 1), node.put(file(2, 1), 1), node.put(file(2, 2), 1), node.put(file(2, 4), 1));
        for (int number = 1; number <= 5; number++) {
            node.put(file(2, 3), number);
        }
        node.put(file(2, 3), Slot.COUNT + 2);
        round();
        assertThat(node.held()).isEqualTo(kept);
        assertThat(sweeper.removed()).isEqualTo(6);
        assertThat(sweeper.rounds()).isEqualTo(1);
    }

    /** A client can store more under an id than it commits: what no file has goes. */
    @Test
    void chunksOfALivingIdThatNoFileHasAreRemoved() {
        states.put(file(1, 1), new IdState.Alive(List.of(new ChunkRange(1, 2), new ChunkRange(5, 5))));
        states.put(file(1, 2), new IdState.Alive(List.of()));
        states.put(file(1, 3), new IdState.Alive());
        List<ChunkId> kept = List.of(
                node.put(file(1, 1), 1), node.put(file(1, 1), 2), node.put(file(1, 1), 5), node.put(file(1, 3), 9));
        for (int number : new int[] {3, 4, 6, Slot.COUNT + 1}) {
            node.put(file(1, 1), number);
        }
        node.put(file(1, 2), 1);
        round();
        assertThat(node.held()).containsExactlyInAnyOrderElementsOf(kept);
        assertThat(sweeper.removed()).isEqualTo(5);
    }

    /** Rule 3: an answer that was given while the id was open counts, if it is the last one. */
    @Test
    void chunksThatAreNeededInTheSecondAnswerStay() {
        states.put(file(1, 1), new IdState.Alive(List.of(new ChunkRange(1, 1))));
        node.put(file(1, 1), 2);
        meanwhile = () -> states.put(file(1, 1), new IdState.Alive());
        round();
        assertThat(node.held()).hasSize(1);
    }

    /** Rule 4. */
    @Test
    void nothingIsRemovedWhileSweepingIsOff() {
        states.put(file(1, 1), new IdState.Dead());
        node.put(file(1, 1), 1);
        sweeping = false;
        round();
        assertThat(node.held()).hasSize(1);
    }

    /** Rule 4: turned off between the two queries. */
    @Test
    void sweepingThatIsTurnedOffMeanwhileRemovesNothing() {
        states.put(file(1, 1), new IdState.Dead());
        node.put(file(1, 1), 1);
        meanwhile = () -> sweeping = false;
        round();
        assertThat(asked).hasSize(2);
        assertThat(node.held()).hasSize(1);
    }

    /** Rule 3: the last answer counts, which is newer than the listing of the chunk. */
    @Test
    void whatIsNotDeadAnyMoreInTheSecondAnswerStays() {
        states.put(file(1, 1), new IdState.Dead());
        node.put(file(1, 1), 1);
        meanwhile = () -> states.put(file(1, 1), new IdState.Unknown());
        round();
        assertThat(node.held()).hasSize(1);
    }

    /**
     * Rule 3: a chunk that was not listed before the query is not removed because of its answer.
     */
    @Test
    void aChunkOfAnotherFileThatArrivesBetweenQuestionAndRemovalStays() {
        states.put(file(1, 1), new IdState.Dead());
        node.put(file(1, 1), 1);
        meanwhile = () -> node.put(file(1, 2), 1);
        round();
        assertThat(node.held()).containsExactly(new ChunkId(file(1, 2), 1));
    }

    /**
     * A writer whose session has ended continues: its commit is refused, and its chunks go in the
     * next round.
     */
    @Test
    void aLateChunkOfADeadIdGoesWithTheNextRound() {
        states.put(file(1, 1), new IdState.Dead());
        node.put(file(1, 1), 1);
        meanwhile = () -> node.put(file(1, 1), 2);
        round();
        meanwhile = () -> {};
        node.put(file(1, 1), 3);
        round();
        assertThat(node.held()).isEmpty();
    }

    /** Rule 3: no answer, no deletion. */
    @Test
    void withoutAnAnswerNothingIsRemoved() {
        node.put(file(1, 1), 1);
        Sweeper alone = new Sweeper(
                node.store,
                _ -> {
                    throw TrivetException.of(Refusal.Kind.NO_QUORUM, "", "nobody answers");
                },
                Duration.ofSeconds(1));
        assertThatThrownBy(() -> {
                    for (int slot = 0; slot < Slot.COUNT; slot++) {
                        alone.step();
                    }
                })
                .isInstanceOf(TrivetException.class);
        assertThat(node.held()).hasSize(1);
    }

    @Test
    void anAnswerOfTheWrongLengthIsNone() {
        node.put(file(1, 1), 1);
        Sweeper confused = new Sweeper(
                node.store,
                _ -> new QueryResult.IdStates(true, List.of(new IdState.Dead(), new IdState.Dead())),
                Duration.ofSeconds(1));
        for (int slot = 0; slot < Slot.COUNT; slot++) {
            confused.step();
        }
        assertThat(node.held()).hasSize(1);
    }

    @Test
    void theFirstSlotFollowsFromAnyChunk() {
        for (int number : new int[] {1, 2, 3, 2520, 2521, 2522, 5041, 1 << 30}) {
            ChunkId chunk = new ChunkId(file(1, 1), number);
            assertThat(Sweeper.firstOf(chunk, new Slot(17).plus(number - 1L))).isEqualTo(new Slot(17));
        }
    }
}
