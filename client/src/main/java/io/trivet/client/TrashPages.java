package io.trivet.client;

import io.trivet.model.FileId;
import io.trivet.model.QueryResult;
import io.trivet.model.TrashedFile;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** All files in the trash that the user may see, sorted by id, fetched page by page. */
final class TrashPages implements Iterator<TrashedFile> {
    private final Trash trash;
    private Iterator<TrashedFile> page = List.<TrashedFile>of().iterator();
    private FileId from = new FileId(1, 1);
    private boolean more = true;

    TrashPages(Trash trash) {
        this.trash = trash;
    }

    @Override
    public boolean hasNext() {
        while (!page.hasNext() && more) {
            QueryResult.Trash next = trash.page(from);
            more = next.more() && !next.files().isEmpty();
            from = more ? next.files().getLast().record().id().plus(1) : from;
            page = next.files().iterator();
        }
        return page.hasNext();
    }

    @Override
    public TrashedFile next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return page.next();
    }
}
