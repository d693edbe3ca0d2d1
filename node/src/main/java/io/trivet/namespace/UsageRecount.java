package io.trivet.namespace;

import io.trivet.message.StateCodec;
import io.trivet.message.StateMessages.CountingRow;
import io.trivet.message.StateMessages.LocationRow;
import io.trivet.message.StateMessages.NameRow;
import io.trivet.message.StateMessages.TrashRow;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.namespace.Store.Pair;
import java.util.List;

/**
 * Counts for {@link SpaceUsage} what existed before the first quota or limit, in the order of
 * numbers: first all directories, then all files. A step reads a bounded number of them, however
 * large the tree is. Whether a change in between counts depends on its number alone, so the sums
 * are right at each moment.
 */
final class UsageRecount {
    private static final FileId FIRST = new FileId(1, 1);
    private static final FileId NO_FILE = new FileId(Integer.MAX_VALUE, Long.MAX_VALUE);

    private final Transaction rows;

    UsageRecount(Transaction rows) {
        this.rows = rows;
    }

    /** Begins with the first quota or limit. Counting never stops afterwards. */
    void begin() {
        if (!rows.has(RowKeys.COUNTING)) {
            put(1, FIRST);
            new Settings(rows).raiseFormat(Settings.ADDITIONS_FORMAT);
        }
    }

    boolean isUnderWay() {
        CountingRow row = rows.get(RowKeys.COUNTING, CountingRow.parser());
        return row != null && !StateCodec.from(row.getNextFile()).equals(NO_FILE);
    }

    /** Counts the next {@code limit} directories or files. */
    void step(int limit) {
        CountingRow row = rows.get(RowKeys.COUNTING, CountingRow.parser());
        if (row == null || !isUnderWay()) {
            return;
        }
        SpaceUsage spaceUsage = new SpaceUsage(rows);
        FileId nextFile = StateCodec.from(row.getNextFile());
        if (row.getNextDirectory() < Long.MAX_VALUE) {
            put(directories(row.getNextDirectory(), limit, spaceUsage), nextFile);
        } else {
            put(Long.MAX_VALUE, files(nextFile, limit, spaceUsage));
        }
        spaceUsage.write();
    }

    /** Rows below these numbers count, so it is written after they were read. */
    private void put(long nextDirectory, FileId nextFile) {
        rows.put(
                RowKeys.COUNTING,
                CountingRow.newBuilder()
                        .setNextDirectory(nextDirectory)
                        .setNextFile(StateCodec.to(nextFile))
                        .build());
    }

    private long directories(long from, int limit, SpaceUsage spaceUsage) {
        List<Pair> page = rows.range(RowKeys.directoryLocations().startingAt(RowKeys.directoryLocation(from)), limit);
        for (Pair row : page) {
            spaceUsage.alone(Transaction.parse(row, LocationRow.parser()).getParent());
        }
        return page.size() < limit
                ? Long.MAX_VALUE
                : RowKeys.directoryOf(page.getLast().key()) + 1;
    }

    private FileId files(FileId from, int limit, SpaceUsage spaceUsage) {
        List<Pair> named = rows.range(RowKeys.fileLocations().startingAt(RowKeys.fileLocation(from)), limit + 1);
        List<Pair> trash = rows.range(RowKeys.trashed().startingAt(RowKeys.trashed(from)), limit + 1);
        FileId next = earlier(end(named, limit), end(trash, limit));
        for (Pair row : named) {
            if (RowKeys.fileOf(row.key()).compareTo(next) < 0) {
                EntryKey entryKey = EntryKey.of(Transaction.parse(row, LocationRow.parser()));
                spaceUsage.both(record(entryKey), entryKey.parent());
            }
        }
        for (Pair row : trash) {
            if (RowKeys.fileOf(row.key()).compareTo(next) < 0) {
                spaceUsage.kept(StateCodec.from(
                        Transaction.parse(row, TrashRow.parser()).getRecord()));
            }
        }
        return next;
    }

    private FileRecord record(EntryKey entryKey) {
        NameRow row = rows.get(entryKey.key(), NameRow.parser());
        if (row == null) {
            throw new IllegalStateException(
                    "a file id leads to " + RowKeys.text(entryKey.key()) + ", where nothing is");
        }
        return StateCodec.from(row.getFile());
    }

    private static FileId end(List<Pair> page, int limit) {
        return page.size() > limit ? RowKeys.fileOf(page.get(limit).key()) : NO_FILE;
    }

    private static FileId earlier(FileId one, FileId other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
