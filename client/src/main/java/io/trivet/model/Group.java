package io.trivet.model;

import java.util.List;

/**
 * Users with rights in common.
 *
 * @param name as that of a user; where either may be meant it has an {@code @} before it
 * @param grants at most {@link User#MAX_GRANTS}, one for a path
 * @param members the names of users, at most {@link #MAX_MEMBERS}
 */
public record Group(String name, List<Grant> grants, List<String> members) {
    public static final int MAX_GROUPS = 1000;
    public static final int MAX_MEMBERS = 1000;

    /** Groups of one user. */
    public static final int MAX_OF_USER = 16;

    /** What says that a name is that of a group. */
    public static final String MARK = "@";

    /** Throws {@link TrivetException} with {@code BAD_NAME}. */
    public Group {
        User.checkName(name);
        grants = List.copyOf(grants);
        members = List.copyOf(members);
    }
}
