package io.trivet.repair;

import io.trivet.model.ChunkId;
import io.trivet.model.NodeId;
import io.trivet.model.Slot;
import io.trivet.wire.Reply;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** The replicas that this node should have and lacks, with who has them: millions, after the loss of a node. Any thread. */
final class Owed {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final int MAX_DOUBLINGS = 7;

    /** Of those with as many copies: who may be tried first, who is owed for longest. */
    private static final Comparator<Replica> ORDER = ((Comparator<Replica>)
                    (a, b) -> Long.signum(a.notBeforeNanos - b.notBeforeNanos))
            .thenComparing((a, b) -> Long.signum(a.sinceNanos - b.sinceNanos))
            .thenComparing(Replica::chunk);

    private final Map<ChunkId, Replica> replicas = new HashMap<>();
    private final Set<ChunkId> underWay = new HashSet<>();

    /** Those that are not under way, by the number of their copies. */
    private final NavigableMap<Integer, NavigableSet<Replica>> waiting = new TreeMap<>();

    /** One that is to be pulled from one of its holders. */
    record Replica(
            Slot slot, Reply.Held held, Set<NodeId> holders, long sinceNanos, int failures, long notBeforeNanos) {
        ChunkId chunk() {
            return held.chunk();
        }
    }

    /**
     * What a reconciliation found. What was owed before and was not found again stays owed only where this node is a home yet and somebody who was said
     * to hold it has not been heard: so nothing stays owed to a slot that has other homes now, nor from a node that was removed.
     *
     * @param isHome whether a slot is this node's to hold
     * @param unheard who was asked and has not shown all it holds; what these were said to hold they still do, as far as anybody knows
     */
    synchronized void found(Collection<Replica> lacking, Predicate<Slot> isHome, Set<NodeId> unheard) {
        Map<ChunkId, Replica> before = new HashMap<>(replicas);
        replicas.values()
                .removeIf(replica -> !isHome.test(replica.slot) || Collections.disjoint(replica.holders, unheard));
        for (Replica replica : lacking) {
            Replica known = before.get(replica.chunk());
            replicas.put(
                    replica.chunk(),
                    known == null
                            ? replica
                            : new Replica(
                                    replica.slot,
                                    replica.held,
                                    withUnheard(replica, known, unheard),
                                    known.sinceNanos,
                                    known.failures,
                                    known.notBeforeNanos));
        }
        waiting.clear();
        replicas.values().forEach(this::enqueue);
    }

    private void enqueue(Replica replica) {
        if (!underWay.contains(replica.chunk())) {
            waiting.computeIfAbsent(replica.holders.size(), _ -> new TreeSet<>(ORDER))
                    .add(replica);
        }
    }

    /** Else a replica to be moved would pass for one to be repaired whenever a home is slow to answer. */
    private static Set<NodeId> withUnheard(Replica found, Replica before, Set<NodeId> unheard) {
        Set<NodeId> holders = new TreeSet<>(found.holders);
        if (found.held.equals(before.held)) {
            before.holders.stream().filter(unheard::contains).forEach(holders::add);
        }
        return holders;
    }

    /**
     * The replica with the fewest copies that may be tried now; of those, the one that may have been tried for longest. It is the caller's until {@link
     * #done} or {@link #failed}.
     */
    synchronized Optional<Replica> take() {
        return take(_ -> true);
    }

    /** The same, of those that are wanted now. */
    synchronized Optional<Replica> take(Predicate<Replica> wanted) {
        long now = System.nanoTime();
        Optional<Replica> next = waiting.values().stream()
                .flatMap(alike -> alike.stream()
                        .takeWhile(replica -> replica.notBeforeNanos - now <= 0)
                        .filter(wanted)
                        .limit(1))
                .findFirst();
        next.ifPresent(replica -> {
            underWay.add(replica.chunk());
            java.util.Objects.requireNonNull(waiting.get(replica.holders.size()))
                    .remove(replica);
        });
        return next;
    }

    /** It is here now. */
    synchronized void done(ChunkId chunk) {
        underWay.remove(chunk);
        replicas.remove(chunk);
    }

    /** No holder could give it: it is tried again after a pause that grows. */
    synchronized void failed(ChunkId chunk) {
        underWay.remove(chunk);
        Replica again = replicas.computeIfPresent(
                chunk,
                (_, replica) -> new Replica(
                        replica.slot,
                        replica.held,
                        replica.holders,
                        replica.sinceNanos,
                        replica.failures + 1,
                        System.nanoTime() + (FIRST_PAUSE.toNanos() << Math.min(replica.failures, MAX_DOUBLINGS))));
        if (again != null) {
            enqueue(again);
        }
    }

    synchronized boolean isEmpty() {
        return replicas.isEmpty();
    }

    /** How much is owed: replicas, bytes, and since when. */
    record Total(long count, long bytes, Optional<Long> sinceNanos) {}

    synchronized Total total() {
        long bytes = 0;
        Optional<Long> since = Optional.empty();
        for (Replica replica : replicas.values()) {
            bytes += replica.held.length();
            if (since.isEmpty() || replica.sinceNanos - since.get() < 0) {
                since = Optional.of(replica.sinceNanos);
            }
        }
        return new Total(replicas.size(), bytes, since);
    }

    /** For what a comparison with one node found lacking. */
    static Replica lacking(Slot slot, Reply.Held held, NodeId holder) {
        return new Replica(slot, held, new TreeSet<>(List.of(holder)), System.nanoTime(), 0, System.nanoTime());
    }
}
