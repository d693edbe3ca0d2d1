package io.trivet.namespace;

import io.trivet.message.StateCodec;
import io.trivet.message.StateMessages;
import io.trivet.message.StateMessages.LocationRow;
import io.trivet.model.Command;
import io.trivet.model.QueryResult;
import io.trivet.model.Quota;
import io.trivet.model.QuotaUse;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import io.trivet.namespace.SpaceUsage.Sum;
import io.trivet.namespace.Store.Pair;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Limits on what may be below a directory. A quota belongs to its directory: it moves when the
 * directory is renamed, and is removed with it.
 */
final class Quotas {
    /** Even with paths of the greatest length, so many fit into a frame. */
    private static final int PAGE = 60;

    private final Transaction rows;

    Quotas(Transaction rows) {
        this.rows = rows;
    }

    /** Sets or removes a quota. The use may already exceed it. */
    void set(Command.SetQuota set, SpaceUsage spaceUsage) {
        long directory = new PathResolver(rows).directory(set.directory()).directory();
        Quota before = of(directory).orElse(Quota.NONE);
        Quota after = new Quota(
                set.bytes() == null ? before.bytes() : set.bytes(), set.files() == null ? before.files() : set.files());
        if (after.isNone()) {
            rows.remove(RowKeys.quota(directory));
        } else {
            new UsageRecount(rows).begin();
            rows.put(RowKeys.quota(directory), StateCodec.to(after));
        }
        int more = (before.isNone() ? 1 : 0) - (after.isNone() ? 1 : 0);
        if (more > 0 && spaceUsage.below(EntryKey.ROOT_DIRECTORY).quotas() >= Command.MAX_QUOTAS) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST,
                    set.directory().toString(),
                    Command.MAX_QUOTAS + " directories have a quota already: remove another one first");
        }
        spaceUsage.quota(directory, more);
    }

    /**
     * Throws {@code QUOTA} if a directory would exceed its quota. Changes that add nothing are
     * never refused.
     */
    void require(Map<Long, Sum> changes, SpaceUsage spaceUsage) {
        if (spaceUsage.below(EntryKey.ROOT_DIRECTORY).quotas() > 0) {
            changes.forEach((directory, more) -> require(directory, more, spaceUsage));
        }
    }

    private void require(long directory, Sum more, SpaceUsage spaceUsage) {
        if (more.bytes() <= 0 && more.names() <= 0) {
            return;
        }
        Quota quota = of(directory).orElse(Quota.NONE);
        Sum used = spaceUsage.below(directory);
        if (exceeds(used.bytes(), more.bytes(), quota.bytes())) {
            throw refused(
                    directory,
                    "its quota is " + quota.bytes() + " bytes, of which " + used.bytes() + " are used, and this takes "
                            + more.bytes() + " more");
        }
        if (exceeds(used.names(), more.names(), quota.files())) {
            throw refused(
                    directory,
                    "its quota is " + quota.files() + " files and directories, of which there are " + used.names()
                            + ", and this makes " + more.names() + " more");
        }
    }

    /** An overflowed sum exceeds every limit. */
    static boolean exceeds(long used, long more, long limit) {
        return limit != Quota.NO_LIMIT && more > 0 && (used < 0 || used + more < 0 || used + more > limit);
    }

    private TrivetException refused(long directory, String detail) {
        return TrivetException.of(
                Refusal.Kind.QUOTA,
                pathOf(directory).map(RemotePath::toString).orElse(""),
                detail + ": remove something, or ask an administrator for more");
    }

    private Optional<Quota> of(long directory) {
        return Optional.ofNullable(rows.get(RowKeys.quota(directory), StateMessages.Quota.parser()))
                .map(StateCodec::from);
    }

    /** A page of the directories that have a quota and a name. */
    QueryResult.Quotas page(long from) {
        SpaceUsage spaceUsage = new SpaceUsage(rows);
        RowPage<Pair> page = RowPage.of(rows, RowKeys.quotas().startingAt(RowKeys.quota(from)), PAGE);
        List<QuotaUse> found = new ArrayList<>();
        page.rows().forEach(row -> {
            long directory = RowKeys.directoryOf(row.key());
            Sum used = spaceUsage.below(directory);
            pathOf(directory)
                    .ifPresent(path -> found.add(new QuotaUse(
                            path,
                            StateCodec.from(Transaction.parse(row, StateMessages.Quota.parser())),
                            shown(used.bytes()),
                            shown(used.names()))));
        });
        long next = page.more() ? RowKeys.directoryOf(page.rows().getLast().key()) + 1 : 0;
        return new QueryResult.Quotas(found, next, new UsageRecount(rows).isUnderWay());
    }

    static long shown(long sum) {
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    /** Empty for a removed directory. */
    private Optional<RemotePath> pathOf(long directory) {
        Deque<String> segments = new ArrayDeque<>();
        for (long step = directory; step != EntryKey.ROOT_DIRECTORY; ) {
            @Nullable LocationRow up = rows.get(RowKeys.directoryLocation(step), LocationRow.parser());
            if (up == null || segments.size() == SpaceUsage.MAX_DEPTH) {
                return Optional.empty();
            }
            segments.addFirst(up.getName().toStringUtf8());
            step = up.getParent();
        }
        return Optional.of(RemotePath.fitted(List.copyOf(segments)));
    }

    /** The number of quotas at a directory and below it; 0 if there is no directory. */
    long within(RemotePath path) {
        try {
            DirectoryEntry directoryEntry = new PathResolver(rows).find(path);
            return directoryEntry.isDirectory()
                    ? new SpaceUsage(rows).below(directoryEntry.directory()).quotas()
                    : 0;
        } catch (TrivetException _) {
            return 0;
        }
    }

    /**
     * After a restore: counts the use again, so only the quota rows themselves are taken from the
     * backup.
     */
    void recount() {
        List<Pair> all = rows.range(RowKeys.quotas(), Command.MAX_QUOTAS);
        if (!all.isEmpty()) {
            new UsageRecount(rows).begin();
            SpaceUsage spaceUsage = new SpaceUsage(rows);
            all.forEach(row -> spaceUsage.quota(RowKeys.directoryOf(row.key()), 1));
            spaceUsage.write();
        }
    }
}
