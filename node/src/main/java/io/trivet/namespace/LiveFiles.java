package io.trivet.namespace;

import io.trivet.message.StateCodec;
import io.trivet.message.StateMessages.TrashRow;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.RemotePath;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The contents whose chunks must be kept: of files with a name, of those in the trash, and of those
 * that share one. Each is there once.
 */
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
    ContentPage page(FileId from, int limit) {
        FilePage named = fileIndex.recordedOrKept(from, limit);
        List<Store.Pair> trash = rows.range(RowKeys.trashed().startingAt(RowKeys.trashed(from)), limit + 1);
        @Nullable
        FileId trashEnds =
                trash.size() > limit ? RowKeys.fileOf(trash.get(limit).key()) : null;
        ContentPage shared = new SharedContents(rows).page(from, limit);
        @Nullable FileId next = earlier(earlier(named.next(), trashEnds), shared.next());
        SortedMap<FileId, StoredContent> contents = new TreeMap<>();
        Stream<StoredContent> own = Stream.concat(
                        named.files().stream(), trash.stream().limit(limit).map(LiveFiles::record))
                .filter(file -> !file.isCopy() && !file.isChanged() && file.chunkCount() > 0)
                .map(StoredContent::of);
        // What is said of a shared content counts: a file may have only some of its chunks.
        Stream.concat(own, shared.contents().stream())
                .filter(content -> next == null || content.id().compareTo(next) < 0)
                .forEach(content -> contents.put(content.id(), content));
        return new ContentPage(List.copyOf(contents.values()), next);
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
     * The file's path, or its path before it went into the trash; for a shared content, that of
     * another file with it if its first one is gone. Empty if it is neither named nor in the trash.
     * Throws {@code BAD_NAME} if the stored path is invalid.
     */
    Optional<RemotePath> pathOf(FileId file) {
        Optional<RemotePath> own = ownPathOf(file);
        FileId sharer = own.isPresent() ? null : new SharedContents(rows).sharerOf(file);
        return sharer == null ? own : ownPathOf(sharer);
    }

    private Optional<RemotePath> ownPathOf(FileId file) {
        return fileIndex
                .nameOrKeptPath(file)
                .or(() -> Optional.ofNullable(rows.get(RowKeys.trashed(file), TrashRow.parser()))
                        .map(row -> RemotePath.parseFitted(row.getPath())));
    }
}
