package io.trivet.client;

import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterView;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.Outcome;
import io.trivet.model.Refusal;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * File ids of a session. For small files it reserves ranges, so that thousands of saves need few
 * log entries of the quorum. The range doubles with use and is at least as long as the number of
 * waiting threads. Any thread.
 */
final class FileIds {
    private static final int MAX_RANGE = 1024;

    /** For so many chosen chunk sizes ranges are reserved; others get one id at a time. */
    private static final int MAX_SIZES = 8;

    private final Cluster cluster;
    private final Session session;
    private final Range usual = new Range();
    private final Map<ChunkSize, Range> chosen = new HashMap<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private int endsSeen;

    /** Ids with one chunk size that were reserved together and are not taken yet. */
    private static final class Range {
        private final Deque<Reserved> ids = new ArrayDeque<>();
        private int count = 1;
    }

    /**
     * An open save: its id, the slot of its first chunk, its reservation, and the token to store
     * its chunks.
     */
    record Reserved(FileId file, Slot first, ChunkSize chunkSize, Reservation reservation, RenewableToken token) {}

    /**
     * Ids that were reserved together. The namespace abandons them together, so if some saves fail,
     * it is abandoned when all have ended. Any thread.
     */
    static final class Reservation {
        private final FileId start;
        private int needed;
        private boolean failed;

        Reservation(FileId start, int count) {
            this.start = start;
            this.needed = count;
        }

        FileId start() {
            return start;
        }

        /**
         * A save with one of the ids has ended. True if the reservation must be abandoned now,
         * because all saves have ended and some did not commit.
         */
        synchronized boolean ended(boolean committed) {
            needed--;
            failed |= !committed;
            return needed == 0 && failed;
        }
    }

    FileIds(Cluster cluster, Session session) {
        this.cluster = cluster;
        this.session = session;
    }

    /** @param size in bytes; -1 if unknown */
    Reserved take(long size) {
        return isSmall(size)
                ? takeSmall(null)
                : reserve(1, new Command.Reserve(1, size)).getFirst();
    }

    /** Ids of so many files of one chunk each, at most {@link #MAX_RANGE}; in one reservation more, if any. */
    List<Reserved> takeMany(int count) {
        waiting.addAndGet(count);
        try {
            return nextMany(count);
        } finally {
            waiting.addAndGet(-count);
        }
    }

    private synchronized List<Reserved> nextMany(int count) {
        List<Reserved> ids = new ArrayList<>();
        while (ids.size() < count) {
            ids.add(nextSmall(null));
        }
        return ids;
    }

    /** One id of a file of unknown size with chunks of this size. */
    Reserved take(ChunkSize chunkSize) {
        return takeSmall(chunkSize);
    }

    /** One id that another session can adopt with its key. */
    Reserved takeResumable(long size, long key) {
        return reserve(1, new Command.Reserve(1, size, key)).getFirst();
    }

    /** Adopts the id of an interrupted save for this session; empty if it is no longer open. */
    Optional<Reserved> adopt(SaveJournal.Past past) {
        try {
            return Optional.of(
                    reserve(1, new Command.Adopt(past.file(), past.resumeKey())).getFirst());
        } catch (TrivetException e) {
            if (e.kind() != Refusal.Kind.NOT_OPEN && e.kind() != Refusal.Kind.BAD_REQUEST) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private boolean isSmall(long size) {
        ClusterView view = cluster.view();
        return size >= 0
                && view.chunkSize().chunksOf(size) < view.layout().nodes().size();
    }

    /** @param chunkSize null for the cluster's */
    private Reserved takeSmall(@Nullable ChunkSize chunkSize) {
        waiting.incrementAndGet();
        try {
            return nextSmall(chunkSize);
        } finally {
            waiting.decrementAndGet();
        }
    }

    private synchronized Reserved nextSmall(@Nullable ChunkSize chunkSize) {
        if (endsSeen != session.ends()) {
            endsSeen = session.ends();
            usual.ids.clear();
            chosen.clear();
        }
        Range range = chunkSize == null ? usual : chosen.get(chunkSize);
        if (range == null) {
            range = new Range();
            if (chunkSize != null && chosen.size() < MAX_SIZES) {
                chosen.put(chunkSize, range);
            }
        }
        if (range.ids.isEmpty()) {
            int count = Math.min(MAX_RANGE, Math.max(range.count, chunkSize == null ? waiting.get() : 1));
            range.ids.addAll(reserve(count, new Command.Reserve(count, -1, 0, chunkSize)));
            range.count = Math.min(MAX_RANGE, count * 2);
        }
        return range.ids.removeFirst();
    }

    private Deque<Reserved> reserve(int count, Command command) {
        AnswerWithToken<Outcome> answerWithToken = session.submitForToken(command);
        RenewableToken token = answerWithToken.token();
        if (!(answerWithToken.value() instanceof Outcome.Reserved reserved)
                || reserved.count() != count
                || token == null) {
            throw new IllegalStateException("not an answer to a reservation");
        }
        Reservation reservation = new Reservation(reserved.start(), reserved.count());
        Deque<Reserved> ids = new ArrayDeque<>();
        for (int j = 0; j < reserved.count(); j++) {
            ids.add(new Reserved(
                    reserved.start().plus(j), reserved.firstOf(j), reserved.chunkSize(), reservation, token));
        }
        return ids;
    }
}
