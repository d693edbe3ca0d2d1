package io.trivet.model;

import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Rights at a path and below it. Compares whole segments: a grant for {@code /a} does not cover
 * {@code /ab}.
 *
 * @param since when each right was given: in the trash it does not count for what was removed
 *     before. A right that is not in here counts for everything. Only the namespace sets it.
 */
public record Grant(RemotePath path, Set<Right> rights, Map<Right, Instant> since) {
    /** The most characters in a path of a grant; bounded because chunk tokens carry these paths. */
    public static final int MAX_PATH = 512;

    /** Throws {@link TrivetException} ({@code BAD_REQUEST}) for a path that is too long. */
    public Grant {
        rights = Set.copyOf(rights);
        since = Map.copyOf(since);
        if (!rights.containsAll(since.keySet())) {
            throw new IllegalArgumentException("a time of a right that is not given");
        }
        if (path.toString().length() > MAX_PATH) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST,
                    path.toString(),
                    "rights are given to paths of " + MAX_PATH + " characters");
        }
    }

    /** As a client asks for it. */
    public Grant(RemotePath path, Set<Right> rights) {
        this(path, rights, Map.of());
    }

    /** Given at this time; what {@code before} gave already is kept with its time. */
    public Grant given(Instant now, Collection<Grant> before) {
        Map<Right, Instant> times = new EnumMap<>(Right.class);
        for (Right right : rights) {
            Grant known = before.stream()
                    .filter(each -> each.path.equals(path) && each.rights.contains(right))
                    .findFirst()
                    .orElse(null);
            if (known == null) {
                times.put(right, now);
            } else if (known.since.containsKey(right)) {
                times.put(right, known.since.getOrDefault(right, now));
            }
        }
        return new Grant(path, rights, times);
    }

    /** With no right before this time. */
    public Grant notBefore(Instant time) {
        Map<Right, Instant> times = new EnumMap<>(Right.class);
        rights.forEach(right -> {
            Instant own = since.getOrDefault(right, time);
            times.put(right, own.isAfter(time) ? own : time);
        });
        return new Grant(path, rights, times);
    }

    /** Whether this grant gives {@code right} over what was removed from {@code where} at this time. */
    boolean coversRemoved(Right right, RemotePath where, Instant removed) {
        return where.startsWith(path) && (reaches(right, removed) || reaches(Right.ADMINISTER, removed));
    }

    private boolean reaches(Right right, Instant time) {
        return rights.contains(right) && !since.getOrDefault(right, Instant.MIN).isAfter(time);
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
