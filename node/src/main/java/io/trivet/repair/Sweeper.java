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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the chunks of dead ids from this node, slot by slot: those of abandoned saves, and of
 * removed files whose grace is over.
 *
 * <pre>
 *   list the slot --> ask about its ids --> dead ones? --> ask about them again --> remove those that are dead still
 * </pre>
 *
 * <p>Invariant (rules 3 and 5): a chunk is removed only if, after it was seen here, a linearizable
 * answer called its id dead and sweeping on. An id is issued before its chunks are written, so an
 * answer that is newer than the sight of a chunk knows its id. A dead id stays dead as long as the
 * epoch lasts: it is never issued again, and no commit finds its open row. A chunk of such an id
 * that arrives after the answer, from a writer whose session has ended, may be removed with the
 * others or is found by the next round. Everything else stays: ids that are open or recorded,
 * removed within their grace, of another epoch, or newer than a restored backup.
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
        Set<FileId> ids = new TreeSet<>();
        store.list(swept, (StoredChunk storedChunk) -> {
            seen.add(storedChunk.chunk());
            ids.add(storedChunk.chunk().file());
        });
        Set<FileId> dead = dead(List.copyOf(ids));
        if (dead.isEmpty()) {
            return;
        }
        Set<FileId> stillDead = dead(List.copyOf(new TreeSet<>(dead)));
        for (ChunkId chunk : seen) {
            if (stillDead.contains(chunk.file())) {
                remove(chunk, swept);
            }
        }
    }

    private void remove(ChunkId chunk, Slot swept) {
        if (store.remove(chunk, firstOf(chunk, swept))) {
            removed++;
            LOG.info("swept chunk={} slot={}", chunk, swept);
        }
    }

    /** The ids that the quorum calls dead while sweeping is on (rule 4). */
    private Set<FileId> dead(List<FileId> ids) {
        Set<FileId> dead = new HashSet<>();
        for (int from = 0; from < ids.size(); from += Query.MAX_IDS) {
            List<FileId> page = ids.subList(from, Math.min(ids.size(), from + Query.MAX_IDS));
            QueryResult.IdStates answer = fileStates.of(page);
            if (!answer.sweeping() || answer.states().size() != page.size()) {
                return Set.of();
            }
            for (int i = 0; i < page.size(); i++) {
                if (answer.states().get(i) instanceof IdState.Dead) {
                    dead.add(page.get(i));
                }
            }
        }
        return dead;
    }

    /** The slot of chunk 1 of a file, from another chunk and its slot. */
    static Slot firstOf(ChunkId chunk, Slot slot) {
        return slot.plus(Slot.COUNT - (chunk.number() - 1) % Slot.COUNT);
    }
}
