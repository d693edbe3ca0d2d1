package io.trivet.namespace;

import io.trivet.message.StateCodec;
import io.trivet.message.StateMessages.TrashRow;
import io.trivet.model.Answer;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.Refusal;
import io.trivet.model.Trashed;
import io.trivet.model.TrivetException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Files that have no name any more and may get one again. What is in the trash is alive (rule 3); the grace of its removal begins when it leaves the trash
 * (rule 5), so readers that found it there have theirs as well.
 *
 * <pre>
 *   recorded --Remove, replaced--> trashed --Discard (by a person, or when its time is over)--> removed --ForgetRemoved--> dead
 *      ^-------------Untrash---------/
 * </pre>
 */
final class Trash {
    private final Transaction rows;

    Trash(Transaction rows) {
        this.rows = rows;
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
        rows.remove(Keys.fileLocation(record.id()));
        rows.put(
                Keys.trashed(record.id()),
                TrashRow.newBuilder()
                        .setRecord(StateCodec.to(record))
                        .setPath(path)
                        .setSinceMs(since.toEpochMilli())
                        .build());
        count(record, 1);
    }

    /** Takes a file out, for a name. Throws {@link TrivetException} ({@code NO_SUCH_FILE}) where it is not in the trash. */
    FileRecord take(FileId file) {
        TrashRow row = rows.get(Keys.trashed(file), TrashRow.parser());
        if (row == null) {
            throw TrivetException.of(
                    Refusal.Kind.NO_SUCH_FILE,
                    file.toString(),
                    "it is not in the trash: its time was over, or it was restored");
        }
        FileRecord record = StateCodec.from(row.getRecord());
        rows.remove(Keys.trashed(file));
        count(record, -1);
        return record;
    }

    /** A file that is in the trash since before a time leaves it for good; its grace begins. One that is not in the trash is left alone: it may have a name again. */
    void discard(FileId file, Instant before, Instant now) {
        TrashRow row = rows.get(Keys.trashed(file), TrashRow.parser());
        if (row == null || row.getSinceMs() >= before.toEpochMilli()) {
            return;
        }
        take(file);
        new Removals(rows).stamp(file, now);
    }

    Optional<Trashed> find(FileId file) {
        return Optional.ofNullable(rows.get(Keys.trashed(file), TrashRow.parser()))
                .map(StateCodec::from);
    }

    boolean names(FileId file) {
        return rows.has(Keys.trashed(file));
    }

    Answer.Trash page(FileId from, int limit) {
        List<Store.Pair> page = rows.range(Keys.trashed().startingAt(Keys.trashed(from)), limit + 1);
        List<Trashed> files = page.stream()
                .limit(limit)
                .map(row -> StateCodec.from(Transaction.parse(row, TrashRow.parser())))
                .toList();
        return new Answer.Trash(
                files,
                page.size() > limit,
                rows.count(Counter.TRASH_FILES),
                rows.count(Counter.TRASH_BYTES),
                keepSeconds());
    }

    /** Ids in the trash since before this time; {@code limit} rows are looked at. */
    RemovedPage trashedBefore(Instant before, FileId from, int limit) {
        List<Store.Pair> page = rows.range(Keys.trashed().startingAt(Keys.trashed(from)), limit + 1);
        List<FileId> due = page.stream()
                .limit(limit)
                .filter(row -> Transaction.parse(row, TrashRow.parser()).getSinceMs() < before.toEpochMilli())
                .map(row -> Keys.fileOf(row.key()))
                .toList();
        return new RemovedPage(
                due, page.size() > limit ? Keys.fileOf(page.get(limit).key()) : null);
    }

    /** The path of something in a directory. */
    static String below(String directory, String name) {
        return directory + "/" + name;
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
        rows.putNumber(Keys.counter(Counter.TRASH_BYTES), rows.count(Counter.TRASH_BYTES) + files * record.size());
    }
}
