package io.trivet.model;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A person or program, known by its access key. What is not granted is forbidden: a new user may do
 * nothing.
 *
 * @param name the access key: 1 to {@link #MAX_NAME} letters, digits, {@code . _ -}
 * @param generation how many secrets it has had; a login with an earlier secret is invalid
 * @param grants at most {@link #MAX_ALL_GRANTS}; whether they include those of its groups depends
 *     on the source, which documents it
 * @param limits how much it may have and request
 * @param groups whose grants the user has
 */
public record User(String name, long generation, List<Grant> grants, UserLimits limits, List<String> groups) {
    public static final int MAX_NAME = 64;

    /** The most grants of the user's own, and of one group. */
    public static final int MAX_GRANTS = 256;

    /** The most grants of the user's own and all its groups together. */
    public static final int MAX_ALL_GRANTS = 1024;

    /** The most bytes of all paths where it may write: every token to write carries them. */
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

    /** With the default limits, in no group. */
    public User(String name, long generation, List<Grant> grants) {
        this(name, generation, grants, UserLimits.USUAL, List.of());
    }

    /** The same user with these grants. */
    public User with(List<Grant> others) {
        return new User(name, generation, others, limits, groups);
    }

    /** Throws {@link TrivetException} with {@code BAD_NAME}. */
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
     * Whether this user has a right over a file in the trash: it was given before the file was
     * removed. So new rights at a path do not show what others had removed there. An administrator
     * of the cluster has all rights.
     */
    public boolean mayTrashed(Right right, TrashedFile file) {
        return isAdministrator()
                || grants.stream().anyMatch(grant -> grant.coversRemoved(right, file.path(), file.since()));
    }

    /**
     * Whether this user may know that a directory exists: it is at or below the path of a grant, or
     * on the way to one.
     */
    public boolean mayLookUp(RemotePath where) {
        return grants.stream()
                .anyMatch(
                        grant -> where.startsWith(grant.path()) || grant.path().startsWith(where));
    }

    /** Whether this user may administer the cluster as a whole. */
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
