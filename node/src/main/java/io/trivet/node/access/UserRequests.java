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

    /**
     * Throws {@code BUSY} if {@code most} would be exceeded.
     *
     * @param wanted as how many requests this one counts; never more than a user may have
     */
    public Begun begin(String user, int most, int wanted) {
        int weight = Math.min(wanted, most);
        int now = underWay.merge(user, weight, Integer::sum);
        if (now > most) {
            end(user, weight);
            throw TrivetException.of(
                    Refusal.Kind.BUSY, user, "this user has " + most + " requests under way: wait for some of them");
        }
        return () -> end(user, weight);
    }

    private void end(String user, int weight) {
        underWay.computeIfPresent(user, (_, count) -> count <= weight ? null : count - weight);
    }
}
