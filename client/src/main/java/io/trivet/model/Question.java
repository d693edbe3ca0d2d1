package io.trivet.model;

import java.util.List;

/** A linearizable read of the namespace. */
public sealed interface Question {
    /** At most this many entries in one {@link Listing}. */
    int MAX_PAGE = 1000;

    /** What is at this path? Answered with {@link Answer.Found}. */
    record Lookup(RemotePath path) implements Question {}

    /**
     * A page of a directory in the order of names (unsigned bytes of UTF-8). Answered with {@link Answer.Page}.
     *
     * @param after the last name of the page before; empty for the first
     * @param limit 1 to {@link #MAX_PAGE}
     */
    record Listing(RemotePath directory, String after, int limit) implements Question {}

    /** Nodes, layouts and settings as of now. Answered with {@link Answer.View}. */
    record View() implements Question {}

    /** The tokens that are good for something. Answered with {@link Answer.Tokens}. */
    record Tokens() implements Question {}
    /** At most this many users in one {@link Users}. */
    int MAX_USERS = 1000;

    /**
     * A page of the users in the order of their names, or one user. Answered with {@link Answer.Users}.
     *
     * @param after the last name of the page before; empty for the first
     */
    record Users(String after, int limit) implements Question {
        public Users {
            if (limit < 1 || limit > MAX_USERS) {
                throw new IllegalArgumentException("a page has 1 to " + MAX_USERS + " users, not " + limit);
            }
        }
    }

    /** At most this many ids in one {@link IdStates}. */
    int MAX_IDS = 10_000;

    /** What the namespace says of these ids (rule 3). Answered with {@link Answer.IdStates}. */
    record IdStates(List<FileId> ids) implements Question {
        public IdStates {
            ids = List.copyOf(ids);
            if (ids.size() > MAX_IDS) {
                throw new IllegalArgumentException("at most " + MAX_IDS + " ids are asked for at once");
            }
        }
    }

    /**
     * A page of the trash in the order of ids. Answered with {@link Answer.Trash}.
     *
     * @param limit 1 to {@link #MAX_PAGE}
     */
    record Trash(FileId from, int limit) implements Question {}
}
