package io.trivet.node.access;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Folds refusals: of those that are alike the first of a minute is to be written, and at the
 * minute's end how many more there were. At most {@link #MOST_ALIKE} kinds are told apart in a
 * minute; what comes beyond is counted together. Not safe for threads.
 */
public final class AuditRepeats {
    public static final Duration EVERY = Duration.ofMinutes(1);
    static final int MOST_ALIKE = 128;

    /** What makes refusals alike. */
    record Kind(String who, String act, String detail) {
        private static final Kind OTHERS = new Kind("several", "several", "several");
    }

    /** So many more of a kind after the one that was written. */
    record Repeated(Kind kind, Instant since, long times) {}

    private static final class Counted {
        private final Instant since;
        private long more;

        private Counted(Instant since) {
            this.since = since;
        }
    }

    private final Map<Kind, Counted> kinds = new HashMap<>();

    /** Whether this one is to be written. */
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

    /** Those whose minute is over are forgotten; what there was of them after the first is to be written. */
    List<Repeated> over(Instant now) {
        List<Repeated> over = new ArrayList<>();
        for (Iterator<Map.Entry<Kind, Counted>> each = kinds.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<Kind, Counted> entry = each.next();
            Counted counted = entry.getValue();
            // A clock that was set back ends a minute as well.
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
