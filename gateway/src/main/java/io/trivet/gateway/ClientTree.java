package io.trivet.gateway;

import io.trivet.client.ListedEntry;
import io.trivet.client.TrivetClient;
import io.trivet.gateway.key.Tree;
import io.trivet.model.NameEntry;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.util.Collections;
import java.util.Iterator;
import java.util.Optional;

/** The names of the cluster, as a client sees them. Symbolic links are no objects: they are not there. */
record ClientTree(TrivetClient client) implements Tree {
    @Override
    public Optional<ListedEntry> find(RemotePath path) {
        return StoredEntry.find(client, path)
                .map(found -> new ListedEntry(
                        found.entry(),
                        found.attributes().text(ObjectSums.ATTRIBUTE).orElse(null)));
    }

    /** What is at a path; empty where nothing is. */
    static Optional<NameEntry> stat(TrivetClient client, RemotePath path) {
        try {
            return Optional.of(client.stat(path)).filter(entry -> !(entry instanceof NameEntry.Link));
        } catch (TrivetException e) {
            return missing(e);
        }
    }

    private static <T> Optional<T> missing(TrivetException e) {
        return switch (e.kind()) {
            case NO_SUCH_FILE, NOT_A_DIRECTORY -> Optional.empty();
            default -> throw e;
        };
    }

    @Override
    public Iterator<ListedEntry> entries(RemotePath directory, String after) {
        return listed(client, directory, after, ObjectSums.ATTRIBUTE);
    }

    /** The entries of a directory after a name; none where there is no such directory any more. */
    static Iterator<NameEntry> list(TrivetClient client, RemotePath directory, String after) {
        Iterator<ListedEntry> entries = listed(client, directory, after, "");
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return entries.hasNext();
            }

            @Override
            public NameEntry next() {
                return entries.next().entry();
            }
        };
    }

    private static Iterator<ListedEntry> listed(
            TrivetClient client, RemotePath directory, String after, String attribute) {
        Iterator<ListedEntry> entries;
        try {
            entries = client.list(directory, after, attribute).iterator();
        } catch (TrivetException e) {
            return ClientTree.<Iterator<ListedEntry>>missing(e).orElse(Collections.emptyIterator());
        }
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                try {
                    return entries.hasNext();
                } catch (TrivetException e) {
                    return missing(e).isPresent(); // removed between two pages
                }
            }

            @Override
            public ListedEntry next() {
                return entries.next();
            }
        };
    }
}
