package io.trivet.client;

import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.thread.BackgroundThreads;
import io.trivet.wire.Connector;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Distinguishes an election, which is worth waiting for, from a majority of masters that is down:
 * asks every master whether it is there. For one call; one thread.
 */
final class MajorityProbe {
    /** A leader that dies is replaced within this time. */
    private static final Duration FIRST_AFTER = Duration.ofSeconds(3);

    private static final Duration AGAIN_AFTER = Duration.ofSeconds(2);
    private static final Duration CALL_LIMIT = Duration.ofSeconds(2);

    private final Connector connector;
    private final Cluster cluster;
    private long nextNanos = System.nanoTime() + FIRST_AFTER.toNanos();
    private boolean missed;

    MajorityProbe(Connector connector, Cluster cluster) {
        this.connector = connector;
        this.cluster = cluster;
    }

    /**
     * The refusal if no majority of the masters was reached twice in a row; empty otherwise. If
     * another node answers at a master's address, the known addresses are outdated, and the result
     * is empty.
     */
    Optional<Refusal> seen() {
        long now = System.nanoTime();
        if (now - nextNanos < 0) {
            return Optional.empty();
        }
        Map<NodeId, Found> found = found();
        Optional<Refusal> missing = found.containsValue(Found.ANOTHER) ? Optional.empty() : missing(found);
        boolean twice = missed && missing.isPresent();
        missed = missing.isPresent();
        nextNanos = System.nanoTime() + AGAIN_AFTER.toNanos();
        return twice ? missing : Optional.empty();
    }

    /** The refusal if no majority of the masters can be reached now. */
    Optional<Refusal> look() {
        return missing(found());
    }

    /** Which node answers at a master's address. */
    private enum Found {
        ITSELF,
        ANOTHER,
        NOBODY
    }

    /** Asks all at once. Empty if the caller was interrupted. */
    private Map<NodeId, Found> found() {
        Map<NodeId, Found> found = new ConcurrentHashMap<>();
        List<Thread> asking = cluster.view().masters().stream()
                .map(master -> BackgroundThreads.named("trivet-master").start(() -> found.put(master.id(), at(master))))
                .toList();
        try {
            for (Thread thread : asking) {
                thread.join();
            }
        } catch (InterruptedException ignored) {
            Thread.currentThread().interrupt();
            return Map.of();
        }
        return found;
    }

    private Optional<Refusal> missing(Map<NodeId, Found> found) {
        List<Node> masters = cluster.view().masters();
        Set<NodeId> reached = found.entrySet().stream()
                .filter(each -> each.getValue() == Found.ITSELF)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        return found.isEmpty() || 2 * reached.size() > masters.size()
                ? Optional.empty()
                : Optional.of(refusal(masters, reached));
    }

    private Found at(Node master) {
        try {
            connector.call(master.address(), new RequestEnvelope(master.id(), new Request.GetView()), CALL_LIMIT);
            return Found.ITSELF;
        } catch (TrivetException e) {
            return switch (e.kind()) {
                case WRONG_NODE -> Found.ANOTHER;
                case UNREACHABLE, UNTRUSTED, WRONG_CLUSTER -> Found.NOBODY;
                default -> Found.ITSELF;
            };
        }
    }

    private static Refusal refusal(List<Node> masters, Set<NodeId> reached) {
        String there = masters.stream()
                .map(Node::id)
                .filter(reached::contains)
                .map(NodeId::toString)
                .collect(Collectors.joining(", "));
        String away = masters.stream()
                .filter(master -> !reached.contains(master.id()))
                .map(master -> master.id() + " (" + master.address() + ")")
                .collect(Collectors.joining(", "));
        String detail = there.isEmpty()
                ? "a majority of the masters must be up; not reached: " + away
                : "a majority of the masters must be up; reached: " + there + "; not reached: " + away;
        return new Refusal(Refusal.Kind.NO_QUORUM, "", detail);
    }
}
