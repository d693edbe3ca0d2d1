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
 * Files without a name that can be restored. A file in the trash is alive (rule 3); its grace
 * begins when it leaves the trash (rule 5), so readers that found it there have their grace too.
 *
 * <pre>
 *   recorded --Remove, replaced--> trashed --Discard (by a user, or after its time)--> removed --ForgetRemoved--> dead
 *      ^-------------Untrash---------/
 * </pre>
 */
final class TrashRows {
    /** Bytes of rows that one round reads; their paths may be long. */
    private static final long ROUND_BYTES = 4 << 20;

    private final Transaction rows;
    private final SpaceUsage spaceUsage;

    /** For reading. */
    TrashRows(Transaction rows) {
        this(rows, new SpaceUsage(rows));
    }

    TrashRows(Transaction rows, SpaceUsage spaceUsage) {
        this.rows = rows;
        this.spaceUsage = spaceUsage;
    }

    /** Whether removed files go into the trash. */
    boolean isKept() {
        return keepSeconds() > 0;
    }

    private long keepSeconds() {
        return new Settings(rows).row().getTrashSeconds();
    }

    /** Puts a file into the trash. The caller deletes its name. */
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
     * Takes a file out of the trash. Throws {@link TrivetException} ({@code NO_SUCH_FILE}) if it is
     * not there.
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
     * Removes a file that is in the trash since before a time; its grace begins. A file that is not
     * in the trash is left alone: it may have a name again.
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
     * The sum is modulo 2^64, so it is right again once it fits; sizes come from clients, and the
     * files' bytes need not exist.
     */
    private long bytes() {
        long sum = rows.count(Counter.TRASH_BYTES);
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    /**
     * Ids in the trash since before this time; looks at {@code limit} rows, or fewer if they are
     * long.
     */
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

    /** The path of a name in a directory. */
    static String below(String directory, String name) {
        return directory + "/" + name;
    }

    /**
     * Like {@link #below}, shortened if it is too long, which happens only with names of an earlier
     * release.
     */
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
