package io.trivet.wire;

import io.trivet.model.CallerIdentity;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Limits the connections of a listener. Idle connections must not keep new callers out, so the
 * limiter closes one when it needs room. Any thread.
 *
 * <p>When too many connections have not sent their first request, it closes the oldest of the
 * network that has most of them. An honest caller needs milliseconds, so this affects callers that
 * connect and stay silent or send a byte a second. One account, which is a user or the network of a
 * stranger, may have at most a {@link #SHARE}th of the connections; beyond that, its own longest
 * idle one is closed. When there are too many in total, the longest idle one is closed, of strangers
 * before users before nodes; then one of a stranger that is being served but does not read. Clients
 * reconnect when they need to. If none can be closed, the new one is refused.
 */
final class ConnectionLimiter {
    /** One account may have one in this many connections. */
    static final int SHARE = 4;

    /**
     * A connection of a stranger that is being served may be closed if no byte has moved for this
     * long.
     */
    private static final long STUCK_NANOS = 2_000_000_000L;

    private static final int IPV6_NETWORK_GROUPS = 4;

    private final int maxOpen;
    private final int maxGreeting;
    private final AtomicInteger open = new AtomicInteger();
    private final GreetingConnections greeting = new GreetingConnections();
    private final Map<Connection, Long> waiting = new ConcurrentHashMap<>();
    private final Map<Connection, Long> working = new ConcurrentHashMap<>();
    private final Map<String, Integer> accounts = new ConcurrentHashMap<>();
    private final Map<Connection, String> accountOf = new ConcurrentHashMap<>();

    ConnectionLimiter(int maxOpen, int maxGreeting) {
        this.maxOpen = maxOpen;
        this.maxGreeting = maxGreeting;
    }

    int open() {
        return open.get();
    }

    /** The owner of an IPv6 address owns its /64 network. */
    static String network(String host) {
        String[] groups = host.split(":", -1);
        return groups.length <= IPV6_NETWORK_GROUPS
                ? "address " + host
                : "network " + String.join(":", java.util.Arrays.copyOf(groups, IPV6_NETWORK_GROUPS));
    }

    /**
     * Admits a new connection, if necessary in place of another; false if there is no room. An
     * admitted connection must call {@link #leaves} at its end.
     */
    boolean admits(Connection connection) {
        if (greeting.count() >= maxGreeting) {
            close(greeting.oldestOfMost());
        }
        if (open.incrementAndGet() > maxOpen && !closeSomebody()) {
            open.decrementAndGet();
            return false;
        }
        greeting.add(connection);
        charge(connection);
        return true;
    }

    private boolean closeSomebody() {
        return closeLongest(waiting, (each, ignored) -> each.isStranger())
                || close(greeting.oldestOfMost())
                || closeLongest(waiting, (each, ignored) -> !(each.identity() instanceof CallerIdentity.OfNode))
                || closeLongest(working, (each, ignored) -> each.isStranger() && isStuck(each))
                || closeLongest(waiting, (ignored, alsoIgnored) -> true);
    }

    private static boolean isStuck(Connection connection) {
        return connection.traffic().waitingNanos() > STUCK_NANOS;
    }

    /** Counts the connection for its current account. */
    private void charge(Connection connection) {
        String account = connection.account();
        @Nullable String before = accountOf.put(connection, account);
        if (account.equals(before)) {
            return;
        }
        discharge(before);
        if (accounts.merge(account, 1, Integer::sum) > Math.max(1, maxOpen / SHARE)
                && !(connection.identity() instanceof CallerIdentity.OfNode)) {
            BiPredicate<Connection, String> own = (each, ofEach) -> !each.equals(connection) && ofEach.equals(account);
            if (!closeLongest(waiting, own) && connection.isStranger()) {
                close(greeting.oldestOf(network(connection.peer().host()), connection));
            }
        }
    }

    private void discharge(@Nullable String account) {
        if (account != null) {
            accounts.computeIfPresent(account, (ignored, count) -> count > 1 ? count - 1 : null);
        }
    }

    /** The connection's request is being served. */
    void works(Connection connection) {
        greeting.remove(connection);
        waiting.remove(connection);
        working.put(connection, System.nanoTime());
    }

    /** The request was answered; the connection waits for the next one. */
    void waits(Connection connection) {
        working.remove(connection);
        waiting.put(connection, System.nanoTime());
        charge(connection);
    }

    void leaves(Connection connection) {
        greeting.remove(connection);
        waiting.remove(connection);
        working.remove(connection);
        discharge(accountOf.remove(connection));
        open.decrementAndGet();
    }

    /**
     * Closed connections leave a moment later. Until then the total exceeds the limits, but they
     * count for no account.
     */
    private boolean closeLongest(Map<Connection, Long> connections, BiPredicate<Connection, String> may) {
        long now = System.nanoTime();
        @Nullable Connection longest = null;
        long since = 0;
        for (Map.Entry<Connection, Long> entry : connections.entrySet()) {
            long age = now - entry.getValue();
            if ((longest == null || age > since)
                    && may.test(entry.getKey(), accountOf.getOrDefault(entry.getKey(), ""))) {
                longest = entry.getKey();
                since = age;
            }
        }
        if (longest != null) {
            connections.remove(longest);
        }
        return close(longest);
    }

    private boolean close(@Nullable Connection longest) {
        if (longest == null) {
            return false;
        }
        greeting.remove(longest);
        discharge(accountOf.remove(longest));
        longest.close();
        return true;
    }
}
