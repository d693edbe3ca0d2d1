package io.trivet.gateway;

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
    public Optional<NameEntry> find(RemotePath path) {
        return stat(client, path);
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
    public Iterator<NameEntry> entries(RemotePath directory, String after) {
        return list(client, directory, after);
    }

    /** The entries of a directory after a name; none where there is no such directory any more. */
    static Iterator<NameEntry> list(TrivetClient client, RemotePath directory, String after) {
        Iterator<NameEntry> entries;
        try {
            entries = client.list(directory, after).iterator();
        } catch (TrivetException e) {
            return ClientTree.<Iterator<NameEntry>>missing(e).orElse(Collections.emptyIterator());
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
            public NameEntry next() {
                return entries.next();
            }
        };
    }
}
