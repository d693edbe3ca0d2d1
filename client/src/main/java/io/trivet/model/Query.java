package io.trivet.model;

import java.util.List;

/**
 * A linearizable read of the namespace. A page may end before its limit if its rows are long; the
 * result says whether more follow.
 */
public sealed interface Query {
    /** The most entries in one {@link Listing}. */
    int MAX_PAGE = 1000;

    /**
     * About the most bytes in a page, which has at least one row. A quarter of what a frame's
     * header has room for.
     */
    int MAX_PAGE_BYTES = 256 << 10;

    /** Looks a path up. Answered with {@link QueryResult.Found}. */
    record Lookup(RemotePath path) implements Query {}

    /**
     * What is kept beside a file, and the target of a symbolic link. Answered with {@link
     * QueryResult.AttributesOf}.
     */
    record AttributesOf(RemotePath path) implements Query {}

    /**
     * A page of a directory in the order of names (unsigned bytes of UTF-8). Answered with {@link
     * QueryResult.Page}.
     *
     * @param after the last name of the previous page; empty for the first page
     * @param limit 1 to {@link #MAX_PAGE}
     * @param attribute the name of an attribute, whose values of up to {@link #MAX_LISTED_VALUE}
     *     bytes the page has of files that the user may read; empty for none. A leader of an earlier
     *     release gives none.
     */
    record Listing(RemotePath directory, String after, int limit, String attribute) implements Query {
        /** Without an attribute. */
        public Listing(RemotePath directory, String after, int limit) {
            this(directory, after, limit, "");
        }
    }

    /** The most bytes of the value of an attribute in a {@link Listing}; longer ones are left out. */
    int MAX_LISTED_VALUE = 256;

    /** The current nodes, layouts and settings. Answered with {@link QueryResult.View}. */
    record View() implements Query {}

    /** The valid join tokens. Answered with {@link QueryResult.Tokens}. */
    record Tokens() implements Query {}
    /** The most users in one {@link Users}. */
    int MAX_USERS = 1000;

    /**
     * A page of the users in the order of their names, or one user. Answered with {@link
     * QueryResult.Users}.
     *
     * @param after the last name of the previous page; empty for the first page
     */
    record Users(String after, int limit) implements Query {
        public Users {
            if (limit < 1 || limit > MAX_USERS) {
                throw new IllegalArgumentException("a page has 1 to " + MAX_USERS + " users, not " + limit);
            }
        }
    }

    /**
     * A page of the groups in the order of their names. Answered with {@link QueryResult.Groups}.
     *
     * @param after the last name of the previous page; empty for the first page
     */
    record Groups(String after) implements Query {}

    /** The most ids in one {@link IdStates}. */
    int MAX_IDS = 10_000;

    /**
     * The answer for at most so many ids says which of their chunks are needed. Each may have some
     * 30 ranges of them, and the answer is at most 1 MiB.
     */
    int MAX_IDS_WITH_CHUNKS = 1000;

    /** The states of these ids (rule 3). Answered with {@link QueryResult.IdStates}. */
    record IdStates(List<FileId> ids) implements Query {
        public IdStates {
            ids = List.copyOf(ids);
            if (ids.size() > MAX_IDS) {
                throw new IllegalArgumentException("at most " + MAX_IDS + " ids are asked for at once");
            }
        }
    }

    /**
     * A page of the trash in the order of ids. Answered with {@link QueryResult.Trash}.
     *
     * @param limit 1 to {@link #MAX_PAGE}
     */
    record Trash(FileId from, int limit) implements Query {}

    /**
     * A page of the uploads in progress, in the order of their ids. Answered with {@link
     * QueryResult.Uploads}.
     *
     * @param limit 1 to {@link #MAX_PAGE}
     */
    record Uploads(FileId from, int limit) implements Query {}

    /**
     * A page of the pieces of an upload. Answered with {@link QueryResult.Pieces}, with a token to
     * read or write its chunks.
     *
     * @param after the last piece of the previous page; 0 for the first page
     * @param limit 1 to {@link #MAX_PAGE}
     */
    record Pieces(FileId file, int after, int limit, Right right) implements Query {}

    /**
     * A page of the quotas. Answered with {@link QueryResult.Quotas}.
     *
     * @param from {@link QueryResult.Quotas#next} of the previous page; 0 for the first page
     */
    record Quotas(long from) implements Query {}
}
