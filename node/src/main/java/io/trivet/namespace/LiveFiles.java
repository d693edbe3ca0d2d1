package io.trivet.namespace;

import io.trivet.message.StateCodec;
import io.trivet.message.StateMessages.TrashRow;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.RemotePath;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The files whose chunks must be kept: those with a name, and those in the trash. */
final class LiveFiles {
    private final Transaction rows;
    private final FileIndex fileIndex;

    LiveFiles(Transaction rows) {
        this.rows = rows;
        this.fileIndex = new FileIndex(rows);
    }

    /**
     * In the order of ids; looks at most at {@code limit} ids of each kind, from {@code from} on.
     */
    FilePage page(FileId from, int limit) {
        FilePage named = fileIndex.recordedOrKept(from, limit);
        List<Store.Pair> trash = rows.range(RowKeys.trashed().startingAt(RowKeys.trashed(from)), limit + 1);
        @Nullable
        FileId trashEnds =
                trash.size() > limit ? RowKeys.fileOf(trash.get(limit).key()) : null;
        @Nullable FileId next = earlier(named.next(), trashEnds);
        List<FileRecord> files = new ArrayList<>();
        Stream.concat(named.files().stream(), trash.stream().limit(limit).map(LiveFiles::record))
                .filter(file -> next == null || file.id().compareTo(next) < 0)
                .sorted(Comparator.comparing(FileRecord::id))
                .forEach(files::add);
        return new FilePage(files, next);
    }

    private static FileRecord record(Store.Pair row) {
        return StateCodec.from(Transaction.parse(row, TrashRow.parser()).getRecord());
    }

    private static @Nullable FileId earlier(@Nullable FileId one, @Nullable FileId other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.compareTo(other) < 0 ? one : other;
    }

    /**
     * The file's path, or its path before it went into the trash; empty if it is neither named nor
     * in the trash. Throws {@code BAD_NAME} if the stored path is invalid.
     */
    Optional<RemotePath> pathOf(FileId file) {
        return fileIndex
                .nameOrKeptPath(file)
                .or(() -> Optional.ofNullable(rows.get(RowKeys.trashed(file), TrashRow.parser()))
                        .map(row -> RemotePath.parseFitted(row.getPath())));
    }
}
