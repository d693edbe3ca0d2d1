package io.trivet.wire;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a listener that have not sent their first request, by network. Any thread. The
 * {@link ConnectionLimiter} bounds their number.
 */
final class GreetingConnections {
    private final Map<String, Set<Connection>> ofNetwork = new LinkedHashMap<>();
    private int count;

    synchronized int count() {
        return count;
    }

    synchronized void add(Connection connection) {
        if (ofNetwork
                .computeIfAbsent(network(connection), ignored -> new LinkedHashSet<>())
                .add(connection)) {
            count++;
        }
    }

    synchronized void remove(Connection connection) {
        String network = network(connection);
        @Nullable Set<Connection> own = ofNetwork.get(network);
        if (own != null && own.remove(connection)) {
            count--;
            if (own.isEmpty()) {
                ofNetwork.remove(network);
            }
        }
    }

    /**
     * The oldest connection of the network that has most of them, so that who makes many loses its
     * own; null if there is none.
     */
    synchronized @Nullable Connection oldestOfMost() {
        @Nullable Set<Connection> most = null;
        for (Set<Connection> each : ofNetwork.values()) {
            if (most == null || each.size() > most.size()) {
                most = each;
            }
        }
        return most == null ? null : most.iterator().next();
    }

    /** The oldest connection of this network but for {@code other}; null if there is none. */
    synchronized @Nullable Connection oldestOf(String network, Connection other) {
        return ofNetwork.getOrDefault(network, Set.of()).stream()
                .filter(each -> !each.equals(other))
                .findFirst()
                .orElse(null);
    }

    private static String network(Connection connection) {
        return ConnectionLimiter.network(connection.peer().host());
    }
}
