package io.trivet.node.access;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts each user's requests in progress, so that no user takes all of a leader's capacity. Their
 * number is bounded by the connections. Any thread.
 */
public final class UserRequests {
    private final Map<String, Integer> underWay = new ConcurrentHashMap<>();

    /** A request in progress; close it once. */
    public interface Begun extends AutoCloseable {
        @Override
        void close();
    }

    /** Throws {@code BUSY} if {@code most} are in progress already. */
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
