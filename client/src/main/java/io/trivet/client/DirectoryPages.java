package io.trivet.client;

import io.trivet.model.NameEntry;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.RemotePath;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** The entries of a directory, page by page. One thread. */
final class DirectoryPages implements Iterator<NameEntry> {
    private final LeaderCalls leader;
    private final RemotePath directory;
    private Iterator<NameEntry> page;
    private boolean more;
    private String last;

    /** Fetches the first page at once, so that a missing directory is reported here. */
    DirectoryPages(LeaderCalls leader, RemotePath directory, String after) {
        this.leader = leader;
        this.directory = directory;
        this.last = after;
        this.page = fetch();
    }

    private Iterator<NameEntry> fetch() {
        QueryResult.Page found = (QueryResult.Page) leader.ask(new Query.Listing(directory, last, Query.MAX_PAGE));
        more = found.more();
        return found.entries().iterator();
    }

    @Override
    public boolean hasNext() {
        while (!page.hasNext() && more) {
            page = fetch();
        }
        return page.hasNext();
    }

    @Override
    public NameEntry next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        NameEntry nameEntry = page.next();
        last = nameEntry.name();
        return nameEntry;
    }
}
