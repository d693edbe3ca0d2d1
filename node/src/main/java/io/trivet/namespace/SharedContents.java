package io.trivet.namespace;

import io.trivet.message.StateCodec;
import io.trivet.message.StateMessages.LocationRow;
import io.trivet.message.StateMessages.NameRow;
import io.trivet.message.StateMessages.SettingsRow;
import io.trivet.message.StateMessages.TrashRow;
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
 * <pre>
 *   a, saved:        I a                        chunks of a
 *   b, copied from a: I a, I b, B a a, B a b     chunks of a
 *   a is removed:    I b, B a b                 chunks of a, which is alive
 *   b is removed:    Z a                        chunks of a, until its grace is over
 * </pre>
 *
 * <p>A file in the trash, or below a detached directory, still has its row.
 */
final class SharedContents {
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

    /** The content of a file is also that of a new one. */
    void share(FileRecord file, FileId copy) {
        new Settings(rows).raiseFormat(Settings.CONTENTS_FORMAT);
        rows.put(RowKeys.sharer(file.content(), file.id()), new byte[0]);
        rows.put(RowKeys.sharer(file.content(), copy), new byte[0]);
    }

    /** A file with a shared content is gone. */
    void leave(FileRecord file) {
        rows.remove(RowKeys.sharer(file.content(), file.id()));
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
     * as the record of one of its files, with the content's id as its own.
     */
    FilePage page(FileId from, int limit) {
        List<FileRecord> contents = new ArrayList<>();
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
                return new FilePage(contents, content);
            }
            contents.add(record(RowKeys.fileOf(key)).ofContent());
            next = content.plus(1);
        }
        return new FilePage(contents, null);
    }

    /** The record of a file that is in the tree, below a detached directory, or in the trash. */
    FileRecord record(FileId file) {
        LocationRow location = rows.get(RowKeys.fileLocation(file), LocationRow.parser());
        if (location != null) {
            NameRow row = rows.get(EntryKey.of(location).key(), NameRow.parser());
            if (row != null && row.hasFile()) {
                return StateCodec.from(row.getFile());
            }
        }
        TrashRow trashed = rows.get(RowKeys.trashed(file), TrashRow.parser());
        if (trashed == null) {
            throw new IllegalStateException("file " + file + " shares a content, and is nowhere");
        }
        return StateCodec.from(trashed.getRecord());
    }
}
