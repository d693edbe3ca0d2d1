package io.trivet.node.access;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many requests of each user are under way, so that no user takes all that a leader can do.
 * Connections bound how many there are. Any thread.
 */
public final class UserRequests {
    private final Map<String, Integer> underWay = new ConcurrentHashMap<>();

    /** A request that is under way; to be ended once. */
    public interface Begun extends AutoCloseable {
        @Override
        void close();
    }

    /** Throws {@code BUSY} where so many are under way already. */
    public Begun begin(String user, int most) {
        int now = underWay.merge(user, 1, Integer::sum);
        if (now > most) {
            end(user);
            throw TrivetException.of(
                    Refusal.Kind.BUSY, user, "this user has " + most + " requests under way: wait for some of them");
        }
        return () -> end(user);
    }

    private void end(String user) {
        underWay.computeIfPresent(user, (_, count) -> count == 1 ? null : count - 1);
    }
}
