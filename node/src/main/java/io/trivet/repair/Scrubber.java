package io.trivet.repair;

import io.trivet.chunk.ChunkStore;
import io.trivet.chunk.StoredChunk;
import io.trivet.model.ChunkId;
import io.trivet.model.Refusal;
import io.trivet.model.ScrubReport;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads every chunk of this node repeatedly, one round in a set time, so that decay is found while
 * other replicas are sound. The store quarantines what is bad; nothing is deleted.
 *
 * <p>The rate follows from the bytes used and the time of a round, within bounds: a nearly empty
 * node finishes early, and users keep most of the disk's bandwidth. Reads bypass the page cache if
 * the file system supports that, because memory may be sound where the disk is not. The progress of
 * a round survives a restart, except for the last slot or the last {@link #KEEP_EVERY}.
 *
 * <p>One thread works; any may call {@link #report}.
 */
public final class Scrubber implements Chore {
    /** The lowest rate, so that a small node finishes soon. */
    static final long MIN_BYTES_PER_SECOND = 1L << 20;

    /** The highest rate, however late the round is. */
    static final long MAX_BYTES_PER_SECOND = 64L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(Scrubber.class);
    private static final Duration KEEP_EVERY = Duration.ofSeconds(10);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

    /**
     * Stores the progress of a round. A failure to store it only means that a restart begins the
     * round again.
     */
    public interface Memory {
        ScrubProgress recall();

        void keep(ScrubProgress progress);
    }

    private final ChunkStore store;
    private final Memory memory;
    private final Duration period;
    private final LongSupplier losses;
    private final Deque<StoredChunk> waiting = new ArrayDeque<>();
    private final LongAdder readBytes = new LongAdder();
    private volatile ScrubProgress progress;
    private Slot listed = new Slot(0);
    private long keptNanos = System.nanoTime();

    /**
     * @param period how long a round should take
     * @param losses the number of replicas lost so far, which shows bad trailers that a listing
     *     found
     */
    public Scrubber(ChunkStore store, Memory memory, Duration period, LongSupplier losses) {
        this.store = store;
        this.memory = memory;
        this.period = period;
        this.losses = losses;
        this.progress = memory.recall();
    }

    public ScrubReport report() {
        return progress.report();
    }

    /** Where the present round stands. */
    public ScrubProgress progress() {
        return progress;
    }

    /** Bytes of chunks read since the start. */
    public long readBytes() {
        return readBytes.sum();
    }

    /** The time in which all chunks are read once. */
    public Duration period() {
        return period;
    }

    /** Verifies one chunk, or finds the next slot that has any, or rests between two rounds. */
    @Override
    public Duration step() {
        if (!waiting.isEmpty()) {
            return check(waiting.removeFirst());
        }
        ScrubProgress now = progress;
        if (now.isRunning()) {
            list(now);
            return Duration.ZERO;
        }
        Duration left = untilNextRound(now);
        if (left.isPositive()) {
            return least(left, LOOK_AGAIN);
        }
        progress = now.begun(Instant.now());
        return Duration.ZERO;
    }

    private void list(ScrubProgress now) {
        listed = new Slot(now.slot());
        long before = losses.getAsLong();
        store.list(listed, waiting::addLast);
        progress = now.found(losses.getAsLong() - before);
        endSlotIfDone();
    }

    private Duration check(StoredChunk replica) {
        progress = progress.checked(replica.length(), isSound(replica) ? 0 : 1);
        readBytes.add(replica.length());
        endSlotIfDone();
        return timeFor(replica.length());
    }

    private void endSlotIfDone() {
        if (!waiting.isEmpty()) {
            return;
        }
        progress = progress.afterSlot(Instant.now());
        if (!progress.isRunning()) {
            LOG.info("scrubbed report={}", progress.report());
        }
        keep(!progress.isRunning());
    }

    /** At most {@code period}, even if the clock was set. */
    private Duration untilNextRound(ScrubProgress now) {
        long leftMs = now.startedMs() == 0 ? 0 : now.startedMs() + period.toMillis() - System.currentTimeMillis();
        return Duration.ofMillis(Math.clamp(leftMs, 0, period.toMillis()));
    }

    private boolean isSound(StoredChunk replica) {
        ChunkId chunk = replica.chunk();
        try {
            store.verify(chunk, Sweeper.firstOf(chunk, listed));
            return true;
        } catch (TrivetException e) {
            if (e.kind() == Refusal.Kind.NO_SUCH_CHUNK) {
                return true; // It was removed during the scrub.
            }
            LOG.warn("scrub found a bad replica chunk={} cause=\"{}\"", chunk, e.getMessage());
            return false;
        }
    }

    private Duration timeFor(long bytes) {
        double perSecond = Math.clamp(
                store.usedBytes() / Math.max(period.toMillis() / 1000.0, 1e-3),
                MIN_BYTES_PER_SECOND,
                MAX_BYTES_PER_SECOND);
        return Duration.ofNanos((long) (bytes / perSecond * 1e9));
    }

    private void keep(boolean now) {
        long at = System.nanoTime();
        if (now || at - keptNanos > KEEP_EVERY.toNanos()) {
            keptNanos = at;
            memory.keep(progress);
        }
    }

    private static Duration least(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
