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
 * Which process counts as a node, where two have the same identity: a copied data directory, a
 * cloned machine, a disk image that was put back. The leader decides by the number that each start
 * of a process gives itself. The process that is heard from counts; another one takes its place
 * only when it has been silent, or is not found at its address, or at its own address, where both
 * cannot listen. One whose place was taken never gets it back. Any thread.
 */
final class ProcessInstances {
    /** As long as a node is not avoided yet, it is taken to live. */
    static final Duration LIVES_FOR = HeartbeatMonitor.SILENT_AFTER;

    private static final int REMEMBERED = 16;

    private final Map<NodeId, Claim> claims = new HashMap<>();
    private final Map<NodeId, Deque<String>> replaced = new HashMap<>();
    private final LongSupplier clock;
    private final Probe probe;

    /** Looks whether a process still is where it was. */
    public interface Probe {
        /** True unless it is certain that no process of this node listens there; may take as long as a timeout. */
        boolean perhapsLives(NodeId node, Address address);
    }

    private record Claim(String instance, Address address, long atNanos) {}

    /** @param clock in nanoseconds, which never goes back */
    ProcessInstances(LongSupplier clock, Probe probe) {
        this.clock = clock;
        this.probe = probe;
    }

    /**
     * Where the process listens that counts as this node; empty if it is the one that sent this. A
     * process that was killed a moment ago is looked for at its address, so that its successor need
     * not wait for it.
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

    /** Takes the place, or answers who has it. {@code gone} is a claim whose process is known to have ended. */
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

    /** The leader's own: whoever leads counts. */
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
