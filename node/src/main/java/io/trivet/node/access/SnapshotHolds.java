package io.trivet.node.access;

import io.trivet.model.FileId;
import io.trivet.node.keys.TokenKeys;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Read holds: files with readers whose tokens were renewed. A removed file is kept while it is
 * held, so that its readers reach its end however long they take. A reader that stops renewing its
 * token releases the file.
 *
 * <p>In the leader's memory only: a new leader waits a whole grace before it forgets anything, and
 * hears from readers within half the life of a token. Any thread.
 */
public final class SnapshotHolds {
    /**
     * How long a renewal holds a file; by then the reader has renewed its token again or has ended.
     */
    static final Duration HELD = TokenKeys.VALID.plus(TokenKeys.SKEW);

    /**
     * The most files held; readers of more files are not protected, which no usual load reaches.
     */
    static final int MAX_FILES = 100_000;

    private final Map<FileId, Long> renewedNanos = new ConcurrentHashMap<>();
    private final LongSupplier nanos;

    public SnapshotHolds() {
        this(System::nanoTime);
    }

    /** @param nanos the monotonic clock */
    SnapshotHolds(LongSupplier nanos) {
        this.nanos = nanos;
    }

    void renewed(FileId file) {
        if (renewedNanos.size() >= MAX_FILES) {
            renewedNanos.keySet().removeIf(other -> !isHeld(other));
        }
        if (renewedNanos.size() < MAX_FILES || renewedNanos.containsKey(file)) {
            renewedNanos.put(file, nanos.getAsLong());
        }
    }

    public boolean isHeld(FileId file) {
        Long renewed = renewedNanos.get(file);
        return renewed != null && nanos.getAsLong() - renewed < HELD.toNanos();
    }
}
