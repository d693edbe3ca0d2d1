package io.trivet.node.cluster;

import io.trivet.model.Address;
import io.trivet.model.NodeId;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs which nodes are unreachable while this node finds no leader: once, and again when the set of
 * nodes changes. One of them may have another address. Any thread.
 */
public final class LeaderSearch {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderSearch.class);

    /** Longer than an election, and than servers take to start one after another. */
    static final Duration SILENT_FOR = Duration.ofSeconds(15);

    private final NodeId self;
    private final LongSupplier clock;
    private final Map<NodeId, Missed> missed = new TreeMap<>();
    private @Nullable Long sinceNanos;
    private String said = "";

    private record Missed(Address address, String cause) {}

    /** @param clock in nanoseconds, never goes back */
    public LeaderSearch(NodeId self, LongSupplier clock) {
        this.self = self;
        this.clock = clock;
    }

    public synchronized void found() {
        if (!said.isEmpty()) {
            LOG.info("leader found node={}", self);
        }
        sinceNanos = null;
        said = "";
        missed.clear();
    }

    public synchronized void reached(NodeId node) {
        missed.remove(node);
    }

    public synchronized void missed(NodeId node, Address address, String cause) {
        missed.put(node, new Missed(address, cause));
    }

    /**
     * All were asked, and none named a leader. Returns what was logged, for tests; empty if
     * nothing.
     */
    public synchronized String notFound() {
        long now = clock.getAsLong();
        if (sinceNanos == null) {
            sinceNanos = now;
        }
        String where = missed.entrySet().stream()
                .map(entry -> entry.getKey() + "@" + entry.getValue().address())
                .collect(Collectors.joining(","));
        if (missed.isEmpty() || now - sinceNanos < SILENT_FOR.toNanos() || where.equals(said)) {
            return "";
        }
        said = where;
        String causes = missed.entrySet().stream()
                .map(entry -> entry.getKey() + " at " + entry.getValue().address() + " ("
                        + entry.getValue().cause() + ")")
                .collect(Collectors.joining(", "));
        LOG.warn(
                "no leader node={} not-reached=\"{}\": a majority of the masters must be up and reach each other; if a server"
                        + " has another address now, start this node once with --peer NODE=HOST:PORT for it",
                self,
                causes);
        return causes;
    }
}
