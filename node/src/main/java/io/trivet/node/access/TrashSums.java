package io.trivet.node.access;

import io.trivet.model.FileId;
import io.trivet.model.Grant;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.Right;
import io.trivet.model.TrashedFile;
import io.trivet.model.TrivetException;
import io.trivet.model.User;
import io.trivet.namespace.Namespace;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The number and bytes of the files in the trash that a user may see. The sum reads the whole
 * trash, for one caller at a time, and takes at most a tenth of the time for each user; in between
 * the last sum is returned. Any thread.
 */
final class TrashSums {
    private static final int KEPT = 256;
    private static final int REST = 10;

    /** A page and a sum may each wait so long. */
    static final Duration WAIT = Duration.ofSeconds(1);

    private final Semaphore reading = new Semaphore(1);
    private final Map<String, Known> known = new LinkedHashMap<>(KEPT, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            return size() > KEPT;
        }
    };

    record Sum(long files, long bytes) {}

    /** A sum, valid until then for a user with these grants. */
    private record Known(List<Grant> grants, Sum sum, long goodUntilNanos) {}

    /**
     * The page on which the user sees something, from {@code first} on, or the last one. Reads the
     * trash for one caller at a time, as the sums do.
     */
    QueryResult.Trash pageSeen(User user, Query.Trash asked, QueryResult.Trash first, Namespace namespace) {
        if (!first.more() || !seen(user, first).isEmpty()) {
            return first;
        }
        if (!tryAcquire()) {
            throw busy();
        }
        try {
            QueryResult.Trash page = first;
            while (page.more() && seen(user, page).isEmpty()) {
                FileId from = page.files().getLast().record().id().plus(1);
                page = (QueryResult.Trash) namespace.answer(new Query.Trash(from, asked.limit()));
            }
            return page;
        } finally {
            reading.release();
        }
    }

    Sum of(User user, Namespace namespace) {
        Known last = last(user);
        return last != null ? last.sum : read(user, namespace);
    }

    private @Nullable Known last(User user) {
        synchronized (known) {
            Known last = known.get(user.name());
            return last != null && last.grants.equals(user.grants()) && last.goodUntilNanos - System.nanoTime() > 0
                    ? last
                    : null;
        }
    }

    private Sum read(User user, Namespace namespace) {
        if (!tryAcquire()) {
            throw busy();
        }
        try {
            Known last = last(user);
            if (last != null) {
                return last.sum;
            }
            long begin = System.nanoTime();
            Sum sum = sum(user, namespace);
            long end = System.nanoTime();
            synchronized (known) {
                known.put(user.name(), new Known(user.grants(), sum, end + REST * (end - begin)));
            }
            return sum;
        } finally {
            reading.release();
        }
    }

    private static TrivetException busy() {
        return TrivetException.of(Refusal.Kind.BUSY, "", "the trash is being summed up for others: try again");
    }

    private boolean tryAcquire() {
        try {
            return reading.tryAcquire(WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Sum sum(User user, Namespace namespace) {
        long files = 0;
        long bytes = 0;
        FileId from = new FileId(1, 1);
        boolean more = true;
        while (more) {
            QueryResult.Trash page = (QueryResult.Trash) namespace.answer(new Query.Trash(from, Query.MAX_PAGE));
            List<TrashedFile> seen = seen(user, page);
            files += seen.size();
            bytes += seen.stream().mapToLong(file -> file.record().size()).sum();
            more = page.more();
            from = more ? page.files().getLast().record().id().plus(1) : from;
        }
        return new Sum(files, bytes);
    }

    static List<TrashedFile> seen(User user, QueryResult.Trash page) {
        return page.files().stream()
                .filter(file -> user.mayTrashed(Right.LIST, file))
                .map(file -> user.mayTrashed(Right.READ, file) ? file : file.withoutSums())
                .toList();
    }
}
