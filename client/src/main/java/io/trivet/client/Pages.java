package io.trivet.client;

import io.trivet.model.Answer;
import io.trivet.model.Entry;
import io.trivet.model.Question;
import io.trivet.model.RemotePath;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** The entries of a directory, page by page. One thread. */
final class Pages implements Iterator<Entry> {
    private final LeaderCalls leader;
    private final RemotePath directory;
    private Iterator<Entry> page;
    private boolean more;
    private String last = "";

    /** Asks for the first page at once, so that a missing directory is told at once. */
    Pages(LeaderCalls leader, RemotePath directory) {
        this.leader = leader;
        this.directory = directory;
        this.page = fetch();
    }

    private Iterator<Entry> fetch() {
        Answer.Page found = (Answer.Page) leader.ask(new Question.Listing(directory, last, Question.MAX_PAGE));
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
    public Entry next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Entry entry = page.next();
        last = entry.name();
        return entry;
    }
}
