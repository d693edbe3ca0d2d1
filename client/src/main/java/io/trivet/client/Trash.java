package io.trivet.client;

import io.trivet.model.FileId;
import io.trivet.model.QueryResult;
import io.trivet.model.RemotePath;
import io.trivet.model.TrashedFile;
import java.time.Duration;
import java.util.List;

/** Removed and replaced files that can still be restored. Any thread. */
public interface Trash {
    /** A page of the trash, from an id on, with the totals of the whole trash. */
    QueryResult.Trash page(FileId from);

    /** All files that this user may see, sorted by id, fetched page by page. */
    default Iterable<TrashedFile> files() {
        return () -> new TrashPages(this);
    }

    /**
     * Restores a file of the trash under this name. Throws {@code ALREADY_EXISTS} if the name is
     * taken.
     */
    void restore(FileId file, RemotePath path);

    /**
     * Discards at most {@link io.trivet.model.Command#MAX_FORGET} files for ever. Ids that are not
     * in the trash are ignored.
     */
    void discard(List<FileId> files);

    /**
     * Sets how long removed and replaced files stay in the trash; zero disables the trash and
     * empties it at once.
     */
    void setRetention(Duration time);
}
