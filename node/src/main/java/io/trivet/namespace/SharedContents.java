package io.trivet.namespace;

import io.trivet.message.StateCodec;
import io.trivet.message.StateMessages.ContentRow;
import io.trivet.message.StateMessages.LocationRow;
import io.trivet.message.StateMessages.NameRow;
import io.trivet.message.StateMessages.SettingsRow;
import io.trivet.message.StateMessages.TrashRow;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkRange;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.namespace.Store.Pair;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The contents that several files have. A copy of a file is a record with an id of its own that
 * names the content, which is the id of the first file that had it. From the first copy on there is
 * a row for every file with this content, also for the first one; the content lives as long as there
 * is such a row (rule 3). So there is no count that could be wrong, and the rows also say which
 * files a chunk belongs to.
 *
 * <p>A changed file is a new file, too, which shares the chunks that did not change with the file
 * that it replaces. It has a row for each of its contents.
 *
 * <pre>
 *   a, saved:        I a                        chunks of a
 *   b, copied from a: I a, I b, B a a, B a b     chunks of a
 *   a is removed:    I b, B a b                 chunks of a, which is alive
 *   b is removed:    Z a                        chunks of a, until its grace is over
 *
 *   c, saved:        I c                        chunks 1, 2, 3 of c
 *   chunk 2 changes: I d, B c d, B d d          chunks 1, 2, 3 of c, of which 2 is in no file, and 2 of d
 *   chunk 2 changes: I e, B c e, B e e, Z d     chunks 1, 2, 3 of c, 2 of e, and 2 of d until its grace is over
 * </pre>
 *
 * <p>A file in the trash, or below a detached directory, still has its row.
 */
final class SharedContents {
    /** A missing chunk is looked for in so many files. */
    private static final int MOST_SHARERS = 64;

    /** The value of a row that says nothing more: the content has the chunks of the file in the key. */
    private static final byte[] ALL_CHUNKS = new byte[0];

    private final Transaction rows;

    SharedContents(Transaction rows) {
        this.rows = rows;
    }

    /** Whether files share a content, or did and one of them is left. */
    boolean isShared(FileId content) {
        return anyWasMade() && !rows.range(RowKeys.sharers(content), 1).isEmpty();
    }

    /** Spares clusters without copies a search for each removed file. */
    private boolean anyWasMade() {
        SettingsRow settings = rows.get(RowKeys.SETTINGS, SettingsRow.parser());
        return settings == null || settings.getFormat() >= Settings.CONTENTS_FORMAT;
    }

    /** The contents of a file are also those of a new one. */
    void share(FileRecord file, FileId copy) {
        new Settings(rows).raiseFormat(Settings.CONTENTS_FORMAT);
        for (FileId content : file.contents()) {
            byte[] known = rows.get(RowKeys.sharer(content, file.id()));
            byte[] stored = known == null ? ALL_CHUNKS : known;
            rows.put(RowKeys.sharer(content, file.id()), stored);
            rows.put(RowKeys.sharer(content, copy), stored);
        }
    }

    /**
     * A file gets the chunks of another one, which the caller removes afterwards.
     *
     * @param chunks those that were stored for it
     */
    void change(FileRecord before, FileRecord after, List<ChunkRange> chunks) {
        if (!after.isChanged() && !after.isCopy()) {
            return; // it has nothing of the other one
        }
        new Settings(rows).raiseFormat(Settings.EXTENTS_FORMAT);
        for (FileId content : after.contents()) {
            StoredContent stored = content.equals(after.id()) ? stored(after, chunks) : stored(content, before);
            rows.put(RowKeys.sharer(content, after.id()), stored.row());
        }
    }

    private static StoredContent stored(FileRecord changed, List<ChunkRange> chunks) {
        return new StoredContent(changed.id(), changed.chunkSize(), changed.first(), changed.size(), chunks);
    }

    /** What is stored under a content of a file. */
    private StoredContent stored(FileId content, FileRecord file) {
        byte[] key = RowKeys.sharer(content, file.id());
        byte[] row = rows.get(key);
        return row == null || row.length == 0 ? StoredContent.of(file) : stored(new Pair(key, row));
    }

    /** A file is gone that shared a content. */
    void leave(FileId content, FileId file) {
        rows.remove(RowKeys.sharer(content, file));
    }

    /** The first file that shares a content; null if it is not shared. */
    @Nullable
    FileId sharerOf(FileId content) {
        if (!anyWasMade()) {
            return null;
        }
        List<Pair> first = rows.range(RowKeys.sharers(content), 1);
        return first.isEmpty() ? null : RowKeys.fileOf(first.getFirst().key());
    }

    /**
     * Shared contents in the order of their ids, at most {@code limit}, from {@code from} on: each
     * with the chunks that are stored under it.
     */
    ContentPage page(FileId from, int limit) {
        List<StoredContent> contents = new ArrayList<>();
        FileId next = from;
        while (anyWasMade()) {
            List<Pair> first = rows.range(
                    RowKeys.sharers().startingAt(RowKeys.sharers(next).from()), 1);
            if (first.isEmpty()) {
                break;
            }
            byte[] key = first.getFirst().key();
            FileId content = RowKeys.contentOf(key);
            if (contents.size() == limit) {
                return new ContentPage(contents, content);
            }
            contents.add(stored(first.getFirst()));
            next = content.plus(1);
        }
        return new ContentPage(contents, null);
    }

    /** What is stored under the content of a row. */
    StoredContent stored(Pair row) {
        return row.value().length == 0
                ? StoredContent.of(record(RowKeys.fileOf(row.key())))
                : StoredContent.from(RowKeys.contentOf(row.key()), Transaction.parse(row, ContentRow.parser()));
    }

    /**
     * The bytes that a file keeps on the disks, once for all replicas. For a copy or a changed file
     * these are all of its contents, also the chunks that are in no file any more.
     */
    long bytesOf(FileRecord file) {
        return file.isCopy() || file.isChanged()
                ? file.contents().stream()
                        .mapToLong(content -> stored(content, file).bytes())
                        .sum()
                : file.size();
    }

    /**
     * The chunks of an id that is alive which files need; null if any may be needed, since the id is
     * open. Once it is not, they never become more: a content is written once.
     */
    @Nullable
    List<ChunkRange> neededOf(FileId id) {
        List<Pair> sharers = anyWasMade() ? rows.range(RowKeys.sharers(id), 1) : List.of();
        if (!sharers.isEmpty() && sharers.getFirst().value().length > 0) {
            return stored(sharers.getFirst()).chunks();
        }
        if (SaveReservation.of(rows, id) != null || rows.has(RowKeys.upload(id))) {
            return null;
        }
        FileRecord file =
                find(sharers.isEmpty() ? id : RowKeys.fileOf(sharers.getFirst().key()));
        if (file == null || (!sharers.isEmpty() && file.isChanged())) {
            return null;
        }
        boolean isItsOwn = !sharers.isEmpty() || (!file.isCopy() && !file.isChanged());
        return isItsOwn && file.chunkCount() > 0 ? List.of(new ChunkRange(1, file.chunkCount())) : List.of();
    }

    /**
     * Whether a file may have this chunk of a content that is alive; false if the content is shared,
     * and changes cut this chunk away from every file with it. Looks at the first {@link
     * #MOST_SHARERS} files; true if there are more.
     */
    boolean isInFile(ChunkId chunk) {
        List<Pair> sharers = anyWasMade() ? rows.range(RowKeys.sharers(chunk.file()), MOST_SHARERS + 1) : List.of();
        return sharers.isEmpty()
                || sharers.size() > MOST_SHARERS
                || sharers.stream().anyMatch(sharer -> mayHave(find(RowKeys.fileOf(sharer.key())), chunk));
    }

    private static boolean mayHave(@Nullable FileRecord file, ChunkId chunk) {
        return file == null
                || (chunk.number() <= file.chunkCount()
                        && file.chunk(chunk.number()).equals(chunk));
    }

    /** The record of a file that is in the tree, below a detached directory, or in the trash. */
    FileRecord record(FileId file) {
        FileRecord record = find(file);
        if (record == null) {
            throw new IllegalStateException("file " + file + " shares a content, and is nowhere");
        }
        return record;
    }

    private @Nullable FileRecord find(FileId file) {
        LocationRow location = rows.get(RowKeys.fileLocation(file), LocationRow.parser());
        if (location != null) {
            NameRow row = rows.get(EntryKey.of(location).key(), NameRow.parser());
            if (row != null && row.hasFile()) {
                return StateCodec.from(row.getFile());
            }
        }
        TrashRow trashed = rows.get(RowKeys.trashed(file), TrashRow.parser());
        return trashed == null ? null : StateCodec.from(trashed.getRecord());
    }
}
