package io.trivet.node.access;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Counts similar events: the first of a minute is written, and at the end of the minute the number
 * of the others. Distinguishes at most {@link #MOST_ALIKE} kinds per minute and counts the
 * rest together. Not safe for threads.
 */
public final class AuditRepeats {
    public static final Duration EVERY = Duration.ofMinutes(1);
    static final int MOST_ALIKE = 128;

    /** Events with equal kinds are similar. */
    record Kind(String who, String act, String detail) {
        private static final Kind OTHERS = new Kind("several", "several", "several");
    }

    /** The number of events of a kind after the one that was written. */
    record Repeated(Kind kind, Instant since, long times) {}

    private static final class Counted {
        private final Instant since;
        private long more;

        private Counted(Instant since) {
            this.since = since;
        }
    }

    private final Map<Kind, Counted> kinds = new HashMap<>();

    /** Whether this one must be written. */
    boolean isFirst(Kind kind, Instant now) {
        Kind known = kinds.containsKey(kind) || kinds.size() < MOST_ALIKE ? kind : Kind.OTHERS;
        Counted counted = kinds.get(known);
        if (counted != null) {
            counted.more++;
            return false;
        }
        kinds.put(known, new Counted(now));
        if (known.equals(Kind.OTHERS)) {
            kinds.get(known).more++;
            return false;
        }
        return true;
    }

    /** Removes kinds whose minute is over, and returns the counts to write. */
    List<Repeated> over(Instant now) {
        List<Repeated> over = new ArrayList<>();
        for (Iterator<Map.Entry<Kind, Counted>> each = kinds.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<Kind, Counted> entry = each.next();
            Counted counted = entry.getValue();
            // A clock that was set back ends a minute too.
            if (Duration.between(counted.since, now).abs().compareTo(EVERY) >= 0) {
                each.remove();
                if (counted.more > 0) {
                    over.add(new Repeated(entry.getKey(), counted.since, counted.more));
                }
            }
        }
        return over;
    }
}
