package io.trivet.client;

import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.RemotePath;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** The entries of a directory, page by page. One thread. */
final class DirectoryPages implements Iterator<ListedEntry> {
    private final LeaderCalls leader;
    private final RemotePath directory;
    private final String attribute;
    private Iterator<ListedEntry> page;
    private boolean more;
    private String last;

    /** Fetches the first page at once, so that a missing directory is reported here. */
    DirectoryPages(LeaderCalls leader, RemotePath directory, String after, String attribute) {
        this.leader = leader;
        this.directory = directory;
        this.last = after;
        this.attribute = attribute;
        this.page = fetch();
    }

    private Iterator<ListedEntry> fetch() {
        QueryResult.Page found =
                (QueryResult.Page) leader.ask(new Query.Listing(directory, last, Query.MAX_PAGE, attribute));
        more = found.more();
        return found.entries().stream()
                .map(entry -> new ListedEntry(entry, found.values().get(entry.name())))
                .iterator();
    }

    @Override
    public boolean hasNext() {
        while (!page.hasNext() && more) {
            page = fetch();
        }
        return page.hasNext();
    }

    @Override
    public ListedEntry next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        ListedEntry listed = page.next();
        last = listed.entry().name();
        return listed;
    }
}
