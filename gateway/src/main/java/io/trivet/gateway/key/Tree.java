package io.trivet.gateway.key;

import io.trivet.client.ListedEntry;
import io.trivet.model.RemotePath;
import java.util.Iterator;
import java.util.Optional;

/** The tree of names, as far as listing needs it; files have the attribute that lists show. */
public interface Tree {
    /** What is at this path; empty where nothing is. */
    Optional<ListedEntry> find(RemotePath path);

    /**
     * The entries of a directory whose names come after {@code after}, in the order of the bytes of
     * their names; fetched as they are asked for. None where there is no such directory any more.
     *
     * @param after need not be a name that exists, or could
     */
    Iterator<ListedEntry> entries(RemotePath directory, String after);
}
