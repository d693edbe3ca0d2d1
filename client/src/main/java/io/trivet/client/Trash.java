package io.trivet.client;

import io.trivet.model.FileId;
import io.trivet.model.QueryResult;
import io.trivet.model.RemotePath;
import io.trivet.model.TrashedFile;
import java.time.Duration;
import java.util.List;

/** The files that were removed or replaced, as long as the cluster keeps them. Any thread. */
public interface Trash {
    /** A page of the trash, from an id on, with what all of it comes to. */
    QueryResult.Trash page(FileId from);

    /** All of its files that this user may see, in the order of ids, fetched page by page as they are asked for. */
    default Iterable<TrashedFile> files() {
        return () -> new TrashPages(this);
    }

    /** Gives a file of the trash a name again; {@code ALREADY_EXISTS} where something has it. */
    void restore(FileId file, RemotePath path);

    /**
     * These leave the trash for good; at most {@link io.trivet.model.Command#MAX_FORGET}. Others
     * than those in the trash are left alone.
     */
    void discard(List<FileId> files);

    /** How long removed and replaced files stay in the trash; zero for not at all, and then it empties at once. */
    void setRetention(Duration time);
}
