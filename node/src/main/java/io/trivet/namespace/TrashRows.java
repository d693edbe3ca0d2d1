package io.trivet.namespace;

import io.trivet.message.StateCodec;
import io.trivet.message.StateMessages.TrashRow;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrashedFile;
import io.trivet.model.TrivetException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Files that have no name any more and may get one again. What is in the trash is alive (rule 3);
 * the grace of its removal begins when it leaves the trash (rule 5), so readers that found it there
 * have theirs as well.
 *
 * <pre>
 *   recorded --Remove, replaced--> trashed --Discard (by a person, or when its time is over)--> removed --ForgetRemoved--> dead
 *      ^-------------Untrash---------/
 * </pre>
 */
final class TrashRows {
    /** Rows of the trash that are looked at in one round: their paths may be long. */
    private static final long ROUND_BYTES = 4 << 20;

    private final Transaction rows;
    private final SpaceUsage spaceUsage;

    /** To read. */
    TrashRows(Transaction rows) {
        this(rows, new SpaceUsage(rows));
    }

    TrashRows(Transaction rows, SpaceUsage spaceUsage) {
        this.rows = rows;
        this.spaceUsage = spaceUsage;
    }

    /** Whether what is removed goes into the trash. */
    boolean isKept() {
        return keepSeconds() > 0;
    }

    private long keepSeconds() {
        return new Settings(rows).row().getTrashSeconds();
    }

    /** A file has no name any more. Its name's row is the caller's. */
    void put(FileRecord record, String path, Instant since) {
        rows.remove(RowKeys.fileLocation(record.id()));
        rows.put(
                RowKeys.trashed(record.id()),
                TrashRow.newBuilder()
                        .setRecord(StateCodec.to(record))
                        .setPath(path)
                        .setSinceMs(since.toEpochMilli())
                        .build());
        count(record, 1);
    }

    /**
     * Takes a file out, for a name. Throws {@link TrivetException} ({@code NO_SUCH_FILE}) where it
     * is not in the trash.
     */
    FileRecord take(FileId file) {
        TrashRow row = rows.get(RowKeys.trashed(file), TrashRow.parser());
        if (row == null) {
            throw TrivetException.of(
                    Refusal.Kind.NO_SUCH_FILE,
                    file.toString(),
                    "it is not in the trash: it has expired, or it was restored");
        }
        FileRecord record = StateCodec.from(row.getRecord());
        rows.remove(RowKeys.trashed(file));
        count(record, -1);
        return record;
    }

    /**
     * A file that is in the trash since before a time leaves it for good; its grace begins. One
     * that is not in the trash is left alone: it may have a name again.
     */
    void discard(FileId file, Instant before, Instant now) {
        TrashRow row = rows.get(RowKeys.trashed(file), TrashRow.parser());
        if (row == null || row.getSinceMs() >= before.toEpochMilli()) {
            return;
        }
        new RemovedFiles(rows, spaceUsage).stamp(take(file), now);
    }

    Optional<TrashedFile> find(FileId file) {
        return Optional.ofNullable(rows.get(RowKeys.trashed(file), TrashRow.parser()))
                .map(StateCodec::from);
    }

    boolean names(FileId file) {
        return rows.has(RowKeys.trashed(file));
    }

    QueryResult.Trash page(FileId from, int limit) {
        RowPage<TrashedFile> page = RowPage.of(rows, RowKeys.trashed().startingAt(RowKeys.trashed(from)), limit)
                .map(row -> StateCodec.from(Transaction.parse(row, TrashRow.parser())));
        return new QueryResult.Trash(
                page.rows(),
                page.more(),
                rows.count(Counter.TRASH_FILES),
                bytes(),
                keepSeconds(),
                new RemovedFiles(rows).hasDetached());
    }

    /**
     * The sum counts modulo 2^64, and so is right again once it fits; sizes are what clients say of
     * files that need not be there.
     */
    private long bytes() {
        long sum = rows.count(Counter.TRASH_BYTES);
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    /** Ids in the trash since before this time; {@code limit} rows are looked at, or fewer where they are long. */
    RemovedPage trashedBefore(Instant before, FileId from, int limit) {
        RowPage<Store.Pair> page =
                RowPage.of(rows, RowKeys.trashed().startingAt(RowKeys.trashed(from)), limit, ROUND_BYTES);
        List<FileId> due = page.rows().stream()
                .filter(row -> Transaction.parse(row, TrashRow.parser()).getSinceMs() < before.toEpochMilli())
                .map(row -> RowKeys.fileOf(row.key()))
                .toList();
        return new RemovedPage(
                due, page.more() ? RowKeys.fileOf(page.rows().getLast().key()).plus(1) : null);
    }

    /** The path of something in a directory. */
    static String below(String directory, String name) {
        return directory + "/" + name;
    }

    /** The same, but never too long for a path: only where an earlier release let names become so. */
    static String fittedBelow(String directory, String name) {
        return RemotePath.parseFitted(below(directory, name)).toString();
    }

    static void checkSeconds(long seconds) {
        if (seconds < 0 || seconds > Command.MAX_TRASH_SECONDS) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST,
                    "",
                    "the trash keeps files for 0 to " + Command.MAX_TRASH_SECONDS + " seconds, not " + seconds);
        }
    }

    private void count(FileRecord record, int files) {
        rows.add(Counter.TRASH_FILES, files);
        rows.putNumber(RowKeys.counter(Counter.TRASH_BYTES), rows.count(Counter.TRASH_BYTES) + files * record.size());
    }
}
