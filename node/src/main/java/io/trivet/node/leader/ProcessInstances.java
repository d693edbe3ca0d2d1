package io.trivet.node.leader;

import io.trivet.model.Address;
import io.trivet.model.NodeId;
import io.trivet.wire.protocol.Request;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Decides which process counts as a node if two have the same identity: a copied data directory, a
 * cloned machine, a restored disk image. The leader distinguishes them by the instance that each
 * start of a process draws. The process that is heard from counts. Another one replaces it only if
 * it has been silent, is not found at its address, or has the same address, where only one can
 * listen. A replaced process never counts again. Any thread.
 */
final class ProcessInstances {
    /** A process counts as alive as long as its node is not avoided yet. */
    static final Duration LIVES_FOR = HeartbeatMonitor.SILENT_AFTER;

    private static final int REMEMBERED = 16;

    private final Map<NodeId, Claim> claims = new HashMap<>();
    private final Map<NodeId, Deque<String>> replaced = new HashMap<>();
    private final LongSupplier clock;
    private final Probe probe;

    /** Checks whether a process is still at its address. */
    public interface Probe {
        /**
         * False only if certainly no process of this node listens there; may take as long as a
         * timeout.
         */
        boolean perhapsLives(NodeId node, Address address);
    }

    private record Claim(String instance, Address address, long atNanos) {}

    /** @param clock in nanoseconds, never goes back */
    ProcessInstances(LongSupplier clock, Probe probe) {
        this.clock = clock;
        this.probe = probe;
    }

    /**
     * The address of the process that counts as this node; empty if it is the sender. Probes the
     * address of a process that may have been killed a moment ago, so that its successor need not
     * wait.
     */
    Optional<Address> rivalOf(Request.Heartbeat beat) {
        if (beat.instance().isEmpty()) {
            return Optional.empty();
        }
        Optional<Claim> rival = claim(beat, Optional.empty());
        if (rival.isPresent() && !wasReplaced(beat) && !probe.perhapsLives(beat.node(), rival.get().address)) {
            rival = claim(beat, rival);
        }
        return rival.map(Claim::address);
    }

    /**
     * Makes the sender the process that counts, or returns the claim of the other. {@code gone} is
     * a claim whose process has certainly ended.
     */
    private synchronized Optional<Claim> claim(Request.Heartbeat beat, Optional<Claim> gone) {
        Claim known = claims.get(beat.node());
        if (known != null && !known.instance.equals(beat.instance())) {
            boolean ended = gone.filter(known::equals).isPresent(); // and was not heard from since
            if (wasReplaced(beat) || (!ended && !mayReplace(known, beat))) {
                return Optional.of(known);
            }
            remember(beat.node(), known.instance);
        }
        claims.put(beat.node(), new Claim(beat.instance(), beat.address(), clock.getAsLong()));
        return Optional.empty();
    }

    /** The leader's own process always counts. */
    synchronized void own(Request.Heartbeat beat) {
        Claim known = claims.get(beat.node());
        if (known != null && !known.instance.equals(beat.instance())) {
            remember(beat.node(), known.instance);
        }
        claims.put(beat.node(), new Claim(beat.instance(), beat.address(), clock.getAsLong()));
    }

    private boolean mayReplace(Claim known, Request.Heartbeat beat) {
        return known.address.equals(beat.address()) || clock.getAsLong() - known.atNanos > LIVES_FOR.toNanos();
    }

    private synchronized boolean wasReplaced(Request.Heartbeat beat) {
        return replaced.getOrDefault(beat.node(), new ArrayDeque<>()).contains(beat.instance());
    }

    private void remember(NodeId node, String instance) {
        Deque<String> all = replaced.computeIfAbsent(node, _ -> new ArrayDeque<>());
        all.addLast(instance);
        if (all.size() > REMEMBERED) {
            all.removeFirst();
        }
    }
}
