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
 * Reads every chunk of this node again and again, a whole round in a set time, so that what rots is
 * found while other replicas are sound. The store quarantines what is bad; nothing is deleted.
 *
 * <p>The rate follows from the bytes used and the time a round may take, within bounds: a nearly
 * empty node is not kept waiting, and users are not crowded out. Reads go past the page cache where
 * the file system can do that: memory may be sound where the disk is not. Where a round stands
 * survives a restart, to within a slot or {@link #KEEP_EVERY}.
 *
 * <p>One thread works; any may ask for the report.
 */
public final class Scrubber implements Chore {
    /** Also an idle node reads this fast, so that a small one is done soon. */
    static final long MIN_BYTES_PER_SECOND = 1L << 20;

    /** Never faster than this, however late the round is. */
    static final long MAX_BYTES_PER_SECOND = 64L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(Scrubber.class);
    private static final Duration KEEP_EVERY = Duration.ofSeconds(10);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

    /** Keeps where a round stands. Not being able to is no failure: a restart then begins the round again. */
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
     * {@code period}: how long a round should take; {@code losses} counts replicas lost so far, by
     * which bad trailers are noticed that a listing finds.
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

    /** Where it stands. */
    public ScrubProgress progress() {
        return progress;
    }

    /** Bytes of chunks that it has read since the start. */
    public long readBytes() {
        return readBytes.sum();
    }

    /** In what time it reads all chunks once. */
    public Duration period() {
        return period;
    }

    /** Checks one chunk, or finds the next slot that has any, or rests between two rounds. */
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

    /**
     * A round that was done early is followed by the next one only when its time has come, whatever
     * the clock did meanwhile.
     */
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
                return true; // It went meanwhile.
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
