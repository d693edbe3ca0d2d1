package io.trivet.node.access;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Rate limit for failed logins, against guessing of secrets. After {@link #FREE} failures in a row
 * of one user from one network, and after {@link #FREE_OF_NETWORK} of a network, each further one
 * doubles the time before the next try is looked at, up to {@link #LONGEST}. A user's logins from
 * other networks are not delayed, so an attacker cannot lock a user out; nor, by guesses of other
 * users' secrets, who logged in from this network within {@link #REMEMBERED_FOR}. At most {@link
 * #MOST} are remembered, the longest untouched are forgotten. Any thread.
 */
final class FailedLogins {
    static final int FREE = 5;
    static final int FREE_OF_NETWORK = 50;
    static final int MOST = 10_000;
    static final Duration LONGEST = Duration.ofMinutes(1);

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(10);

    static final Duration REMEMBERED_FOR = Duration.ofHours(1);

    private final LongSupplier nanos;
    private final Map<String, Failures> failures = new Remembered<>();

    /** When a user logged in from a network last. */
    private final Map<String, Long> successes = new Remembered<>();

    @SuppressWarnings("serial") // is not serialized
    private static final class Remembered<V> extends LinkedHashMap<String, V> {
        Remembered() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
            return size() > MOST;
        }
    }

    private record Failures(int count, long lastNanos, long againNanos) {}

    FailedLogins() {
        this(System::nanoTime);
    }

    FailedLogins(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Throws {@code BUSY} if a try comes too soon after failures. */
    synchronized void admit(String network, String who) {
        long now = nanos.getAsLong();
        String both = both(network, who);
        long left = Math.max(isRemembered(both, now) ? 0 : left(network, now), left(both, now));
        if (left > 0) {
            throw TrivetException.of(
                    Refusal.Kind.BUSY,
                    who,
                    "too many logins failed: wait a minute, and look at your access key and secret");
        }
    }

    private boolean isRemembered(String both, long now) {
        @Nullable Long last = successes.get(both);
        return last != null && now - last <= REMEMBERED_FOR.toNanos();
    }

    private long left(String key, long now) {
        @Nullable Failures known = failures.get(key);
        return known == null ? 0 : known.againNanos - now;
    }

    synchronized void failed(String network, String who) {
        count(network, FREE_OF_NETWORK);
        count(both(network, who), FREE);
    }

    private void count(String key, int free) {
        long now = nanos.getAsLong();
        @Nullable Failures before = failures.get(key);
        int count = before == null || now - before.lastNanos > FORGOTTEN_AFTER.toNanos() ? 1 : before.count + 1;
        failures.put(key, new Failures(count, now, now + pauseNanos(count - free)));
    }

    private static long pauseNanos(int beyond) {
        if (beyond < 0) {
            return 0;
        }
        return Math.min(LONGEST.toNanos(), FIRST.toNanos() << Math.min(beyond, 10));
    }

    /** The network's failures still count: one user's secret proves nothing about another's. */
    synchronized void succeeded(String network, String who) {
        String both = both(network, who);
        failures.remove(both);
        successes.put(both, nanos.getAsLong());
    }

    private static String both(String network, String who) {
        return network + " " + who;
    }
}
