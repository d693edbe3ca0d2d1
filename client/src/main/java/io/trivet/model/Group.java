package io.trivet.model;

import java.util.List;

/**
 * Users with common rights.
 *
 * @param name as a user's name; written with an {@code @} before it where users and groups are
 *     mixed
 * @param grants at most {@link User#MAX_GRANTS}, one per path
 * @param members names of users, at most {@link #MAX_MEMBERS}
 */
public record Group(String name, List<Grant> grants, List<String> members) {
    public static final int MAX_GROUPS = 1000;
    public static final int MAX_MEMBERS = 1000;

    /** The most groups of one user. */
    public static final int MAX_OF_USER = 16;

    /** Precedes the name of a group where users and groups are mixed. */
    public static final String MARK = "@";

    /** Throws {@link TrivetException} with {@code BAD_NAME}. */
    public Group {
        User.checkName(name);
        grants = List.copyOf(grants);
        members = List.copyOf(members);
    }
}
