package io.trivet.model;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A person or program, known by its access key. What is not granted is forbidden: a new user may do
 * nothing.
 *
 * @param name the access key: 1 to {@link #MAX_NAME} letters, digits, {@code . _ -}
 * @param generation how many secrets it has had; who logged in with an earlier one has to log in
 *     again
 * @param grants at most {@link #MAX_ALL_GRANTS}, with those of its groups or without, as it is said
 *     where a user comes from
 * @param limits how much it may have and ask for
 * @param groups whose grants are its grants
 */
public record User(String name, long generation, List<Grant> grants, UserLimits limits, List<String> groups) {
    public static final int MAX_NAME = 64;

    /** Of its own, and of one group. */
    public static final int MAX_GRANTS = 256;

    /** Of its own and of all its groups. */
    public static final int MAX_ALL_GRANTS = 1024;

    /** Of all paths where it may write: they are in each token to write. */
    public static final int MAX_WRITE_BYTES = 12 << 10;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0," + (MAX_NAME - 1) + "}");

    /** Throws {@link TrivetException} with {@code BAD_NAME} or {@code BAD_REQUEST}. */
    public User {
        checkName(name);
        grants = List.copyOf(grants);
        groups = List.copyOf(groups);
        if (grants.size() > MAX_ALL_GRANTS) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST,
                    name,
                    "a user has rights at " + MAX_ALL_GRANTS + " paths at the most, with those of its groups");
        }
    }

    /** With the usual limits, in no group. */
    public User(String name, long generation, List<Grant> grants) {
        this(name, generation, grants, UserLimits.USUAL, List.of());
    }

    /** The same user with these grants. */
    public User with(List<Grant> others) {
        return new User(name, generation, others, limits, groups);
    }

    /** Throws {@code BAD_NAME}. */
    public static void checkName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_NAME,
                    "user",
                    "an access key is 1 to " + MAX_NAME + " letters, digits, dots, underscores and hyphens, "
                            + "and begins with a letter or digit");
        }
    }

    public boolean may(Right right, RemotePath where) {
        return grants.stream().anyMatch(grant -> grant.covers(right, where));
    }

    /**
     * Whether this user may know that there is a directory: whoever may do something at it, or
     * somewhere below, has to find the way.
     */
    public boolean mayLookUp(RemotePath where) {
        return grants.stream()
                .anyMatch(
                        grant -> where.startsWith(grant.path()) || grant.path().startsWith(where));
    }

    /** Whether the cluster as a whole is this user's to administer. */
    public boolean isAdministrator() {
        return may(Right.ADMINISTER, RemotePath.ROOT);
    }

    /** The paths below which this user has the right. */
    public List<RemotePath> pathsWith(Right right) {
        return grants.stream()
                .filter(grant -> grant.covers(right, grant.path()))
                .map(Grant::path)
                .toList();
    }
}
