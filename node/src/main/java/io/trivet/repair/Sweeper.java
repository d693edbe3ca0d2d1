package io.trivet.repair;

import io.trivet.chunk.ChunkStore;
import io.trivet.chunk.StoredChunk;
import io.trivet.model.ChunkId;
import io.trivet.model.FileId;
import io.trivet.model.IdState;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Slot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes chunks that nothing needs from this node, slot by slot: all of dead ids, which are those
 * of abandoned saves and of removed files whose grace is over; and of a living id those that are in
 * none of its files, since a client may have stored more than it committed.
 *
 * <pre>
 *   list the slot --> ask about its ids --> not needed? --> ask about these again --> remove what is not needed still
 * </pre>
 *
 * <p>Invariant (rules 3 and 5): a chunk is removed only if, after it was seen here, a linearizable
 * answer called its id dead, or alive without this chunk, and sweeping on. An id is issued before
 * its chunks are written, so an answer that is newer than the sight of a chunk knows its id. A dead
 * id stays dead as long as the epoch lasts: it is never issued again, and no commit finds its open
 * row. An open id needs all its chunks; once it is committed, what files need of it never becomes
 * more. A chunk of such an id that arrives after the answer, from a writer whose session has ended,
 * may be removed with the others or is found by the next round. Everything else stays: ids that are
 * open or recorded, removed within their grace, of another epoch, or newer than a restored backup.
 *
 * <p>One thread.
 */
public final class Sweeper implements Chore {
    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);

    private final ChunkStore store;
    private final FileStates fileStates;
    private final Duration rest;
    private int slot;
    private long removed;
    private long rounds;

    /**
     * @param period the shortest time for a round over all slots; the load of listing is spread
     *     over it
     */
    public Sweeper(ChunkStore store, FileStates fileStates, Duration period) {
        this.store = store;
        this.fileStates = fileStates;
        this.rest = period.dividedBy(Slot.COUNT);
    }

    /** Chunks removed since the start. */
    public long removed() {
        return removed;
    }

    /** Complete rounds since the start. */
    public long rounds() {
        return rounds;
    }

    /** Sweeps one slot. After a failure the next round tries it again. */
    @Override
    public Duration step() {
        Slot next = new Slot(slot);
        slot = (slot + 1) % Slot.COUNT;
        sweep(next);
        if (slot == 0) {
            rounds++;
        }
        return rest;
    }

    private void sweep(Slot swept) {
        List<ChunkId> seen = new ArrayList<>();
        store.list(swept, (StoredChunk storedChunk) -> seen.add(storedChunk.chunk()));
        List<ChunkId> doubted = notNeeded(seen);
        if (!doubted.isEmpty()) {
            notNeeded(doubted).forEach(chunk -> remove(chunk, swept));
        }
    }

    private void remove(ChunkId chunk, Slot swept) {
        if (store.remove(chunk, firstOf(chunk, swept))) {
            removed++;
            LOG.info("swept chunk={} slot={}", chunk, swept);
        }
    }

    /** The chunks that the quorum calls not needed while sweeping is on (rule 4). */
    private List<ChunkId> notNeeded(List<ChunkId> chunks) {
        List<FileId> ids =
                chunks.stream().map(ChunkId::file).distinct().sorted().toList();
        Map<FileId, IdState> states = new HashMap<>();
        for (int from = 0; from < ids.size(); from += Query.MAX_IDS_WITH_CHUNKS) {
            List<FileId> page = ids.subList(from, Math.min(ids.size(), from + Query.MAX_IDS_WITH_CHUNKS));
            QueryResult.IdStates answer = fileStates.of(page);
            if (!answer.sweeping() || answer.states().size() != page.size()) {
                return List.of();
            }
            for (int i = 0; i < page.size(); i++) {
                states.put(page.get(i), answer.states().get(i));
            }
        }
        return chunks.stream()
                .filter(chunk -> isNotNeeded(states.get(chunk.file()), chunk.number()))
                .toList();
    }

    private static boolean isNotNeeded(@Nullable IdState state, int number) {
        return state instanceof IdState.Dead || (state instanceof IdState.Alive alive && !alive.needs(number));
    }

    /** The slot of chunk 1 of a file, from another chunk and its slot. */
    static Slot firstOf(ChunkId chunk, Slot slot) {
        return slot.plus(Slot.COUNT - (chunk.number() - 1) % Slot.COUNT);
    }
}
