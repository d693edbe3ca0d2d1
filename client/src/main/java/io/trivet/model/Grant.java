package io.trivet.model;

import java.util.EnumSet;
import java.util.Set;

/**
 * Rights at a path and below it. Compares whole segments: a grant for {@code /a} does not cover
 * {@code /ab}.
 */
public record Grant(RemotePath path, Set<Right> rights) {
    /** The most characters in a path of a grant; bounded because chunk tokens carry these paths. */
    public static final int MAX_PATH = 512;

    /** Throws {@link TrivetException} ({@code BAD_REQUEST}) for a path that is too long. */
    public Grant {
        rights = Set.copyOf(rights);
        if (path.toString().length() > MAX_PATH) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST,
                    path.toString(),
                    "rights are given to paths of " + MAX_PATH + " characters");
        }
    }

    /** Whether this grant gives {@code right} at {@code where}. */
    public boolean covers(Right right, RemotePath where) {
        return (rights.contains(right) || rights.contains(Right.ADMINISTER)) && where.startsWith(path);
    }

    /** The rights as a bit set, for messages. */
    public int bits() {
        return rights.stream().mapToInt(Right::bit).sum();
    }

    /** Throws {@link IllegalArgumentException} for a right that this release does not know. */
    public static Set<Right> rightsOf(int bits) {
        EnumSet<Right> rights = EnumSet.noneOf(Right.class);
        for (Right right : Right.values()) {
            if ((bits & right.bit()) != 0) {
                rights.add(right);
            }
        }
        if (rights.stream().mapToInt(Right::bit).sum() != bits) {
            throw new IllegalArgumentException("a right that this release does not know: " + bits);
        }
        return rights;
    }
}
