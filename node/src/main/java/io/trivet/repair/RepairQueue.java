package io.trivet.repair;

import io.trivet.model.ChunkId;
import io.trivet.model.NodeId;
import io.trivet.model.Slot;
import io.trivet.wire.protocol.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The replicas that this node should have and lacks, with their holders; millions after the loss of
 * a node. The {@value #MAX_DETAILED} with the fewest copies are known in detail and can be taken;
 * the others are only counted per slot, so that memory is bounded. When enough of the detailed ones
 * are repaired, {@link #slotsToCompare} returns slots to compare again for more. Any thread.
 */
final class RepairQueue {
    static final int MAX_DETAILED = 20_000;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final int MAX_DOUBLINGS = 7;
    private static final int MANY_FAILURES = 5;
    private static final int BEHIND_ALL = 1 << 20;

    /**
     * Among replicas with equally many copies: first by earliest permitted try, then by time owed.
     */
    private static final Comparator<Replica> ORDER = ((Comparator<Replica>)
                    (a, b) -> Long.signum(a.notBeforeNanos - b.notBeforeNanos))
            .thenComparing((a, b) -> Long.signum(a.sinceNanos - b.sinceNanos))
            .thenComparing(Replica::chunk);

    private final int maxDetailed;
    private final Map<ChunkId, Replica> replicas = new HashMap<>();
    private final Map<Slot, Set<ChunkId>> bySlot = new HashMap<>();
    private final Map<Slot, Rest> rests = new TreeMap<>();
    private final Set<ChunkId> underWay = new HashSet<>();

    /** Replicas that are not being pulled, by rank; the lowest rank is taken first. */
    private final NavigableMap<Integer, NavigableSet<Replica>> waiting = new TreeMap<>();

    RepairQueue() {
        this(MAX_DETAILED);
    }

    RepairQueue(int maxDetailed) {
        this.maxDetailed = maxDetailed;
    }

    /** A replica to pull from one of its holders. */
    record Replica(
            Slot slot, Reply.Held held, Set<NodeId> holders, long sinceNanos, int failures, long notBeforeNanos) {
        ChunkId chunk() {
            return held.chunk();
        }
    }

    /**
     * What is owed in a slot in addition to the detailed replicas.
     *
     * @param fewest copies of any of them
     * @param asked whether the slot was compared for them since the last whole reconciliation
     *     without finding one
     */
    private record Rest(long count, long bytes, Set<NodeId> holders, int fewest, long sinceNanos, boolean asked) {
        static Rest of(Replica replica) {
            return new Rest(
                    1, replica.held.length(), replica.holders, replica.holders.size(), replica.sinceNanos, false);
        }

        Rest plus(Rest more) {
            Set<NodeId> all = new TreeSet<>(holders);
            all.addAll(more.holders);
            return new Rest(
                    count + more.count,
                    bytes + more.bytes,
                    all,
                    Math.min(fewest, more.fewest),
                    sinceNanos - more.sinceNanos < 0 ? sinceNanos : more.sinceNanos,
                    asked || more.asked);
        }

        Rest whenAsked(boolean again) {
            return new Rest(count, bytes, holders, fewest, sinceNanos, again);
        }
    }

    /**
     * A whole reconciliation begins to report its results. Drops what is owed in slots of which
     * this node is no longer a home.
     */
    synchronized void onlyIn(Predicate<Slot> isHome) {
        List.copyOf(bySlot.keySet()).stream().filter(isHome.negate()).forEach(this::forget);
        rests.keySet().removeIf(isHome.negate());
        rests.replaceAll((_, rest) -> rest.whenAsked(false));
    }

    /**
     * Takes the result of comparing a slot. What was owed and was not found again stays owed only
     * if one of its holders was not heard, so nothing stays owed from a removed node.
     *
     * @param unheard nodes that have not shown all they hold of the slot; what they were known to
     *     hold still counts
     */
    synchronized void found(Slot slot, Collection<Replica> lacking, Set<NodeId> unheard) {
        Map<ChunkId, Replica> before = forget(slot);
        Rest uncounted = rests.remove(slot);
        int fresh = 0;
        for (Replica replica : lacking) {
            Replica known = before.remove(replica.chunk());
            fresh += known == null ? 1 : 0;
            add(known == null ? replica : found(replica, known, unheard));
        }
        before.values().stream()
                .filter(replica -> !Collections.disjoint(replica.holders, unheard))
                .forEach(this::add);
        if (uncounted != null && !Collections.disjoint(uncounted.holders, unheard)) {
            keep(slot, uncounted, fresh);
        }
    }

    /**
     * Keeps the number of replicas that were only counted, without those found for the first time
     * now. They cannot be requested at present, because a holder is unheard.
     */
    private void keep(Slot slot, Rest uncounted, int fresh) {
        long left = uncounted.count - fresh;
        if (left > 0) {
            Rest kept = new Rest(
                    left,
                    uncounted.bytes / uncounted.count * left,
                    uncounted.holders,
                    uncounted.fewest,
                    uncounted.sinceNanos,
                    true);
            rests.merge(slot, kept, Rest::plus);
        }
    }

    private static Replica found(Replica replica, Replica known, Set<NodeId> unheard) {
        return new Replica(
                replica.slot,
                replica.held,
                withUnheard(replica, known, unheard),
                known.sinceNanos,
                known.failures,
                known.notBeforeNanos);
    }

    /**
     * Keeps unheard holders; otherwise a replica to move would count as one to repair whenever a
     * home is slow to answer.
     */
    private static Set<NodeId> withUnheard(Replica found, Replica before, Set<NodeId> unheard) {
        Set<NodeId> holders = new TreeSet<>(found.holders);
        if (found.held.equals(before.held)) {
            before.holders.stream().filter(unheard::contains).forEach(holders::add);
        }
        return holders;
    }

    private Map<ChunkId, Replica> forget(Slot slot) {
        Map<ChunkId, Replica> gone = new LinkedHashMap<>();
        for (ChunkId chunk : bySlot.getOrDefault(slot, Set.of())) {
            Replica replica = Objects.requireNonNull(replicas.remove(chunk));
            gone.put(chunk, replica);
            dequeue(replica);
        }
        bySlot.remove(slot);
        return gone;
    }

    private void add(Replica replica) {
        replicas.put(replica.chunk(), replica);
        bySlot.computeIfAbsent(replica.slot, _ -> new HashSet<>()).add(replica.chunk());
        enqueue(replica);
        if (replicas.size() > maxDetailed && !waiting.isEmpty()) {
            onlyCount(waiting.lastEntry().getValue().last());
        }
    }

    private void onlyCount(Replica replica) {
        remove(replica.chunk());
        rests.merge(replica.slot, Rest.of(replica), Rest::plus);
    }

    private void enqueue(Replica replica) {
        if (!underWay.contains(replica.chunk())) {
            waiting.computeIfAbsent(rank(replica), _ -> new TreeSet<>(ORDER)).add(replica);
        }
    }

    private void dequeue(Replica replica) {
        NavigableSet<Replica> alike = waiting.get(rank(replica));
        if (alike != null && alike.remove(replica) && alike.isEmpty()) {
            waiting.remove(rank(replica));
        }
    }

    /** The number of copies. A replica that failed repeatedly ranks behind all others. */
    private static int rank(Replica replica) {
        return replica.holders.size() + (replica.failures < MANY_FAILURES ? 0 : BEHIND_ALL);
    }

    private void remove(ChunkId chunk) {
        Replica replica = replicas.remove(chunk);
        if (replica != null) {
            dequeue(replica);
            Set<ChunkId> inSlot = Objects.requireNonNull(bySlot.get(replica.slot));
            inSlot.remove(chunk);
            if (inSlot.isEmpty()) {
                bySlot.remove(replica.slot);
            }
        }
    }

    /**
     * Slots in which more is owed than is known in detail, those with the fewest copies first; none
     * while enough is known in detail. They count as asked from now on.
     */
    synchronized List<Slot> slotsToCompare() {
        if (2 * replicas.size() > maxDetailed) {
            return List.of();
        }
        List<Slot> slots = new ArrayList<>();
        long count = 0;
        for (Map.Entry<Slot, Rest> next : rests.entrySet().stream()
                .filter(entry -> !entry.getValue().asked)
                .sorted(Comparator.comparingInt(entry -> entry.getValue().fewest))
                .toList()) {
            if (2 * count >= maxDetailed) {
                break;
            }
            slots.add(next.getKey());
            count += next.getValue().count;
        }
        slots.forEach(slot -> rests.computeIfPresent(slot, (_, rest) -> rest.whenAsked(true)));
        return slots;
    }

    /** Whether more is owed than is known in detail and can be requested. */
    synchronized boolean hasMore() {
        return rests.values().stream().anyMatch(rest -> !rest.asked);
    }

    /** How many replicas are known in detail. */
    synchronized int detailed() {
        return replicas.size();
    }

    /**
     * Takes the replica with the fewest copies that may be tried now; of those, the one that could
     * have been tried first. It belongs to the caller until {@link #done} or {@link #failed}.
     */
    synchronized Optional<Replica> take() {
        return take(_ -> true);
    }

    /** As above, only among replicas that match. */
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
            dequeue(replica);
        });
        return next;
    }

    /** The replica was stored here. */
    synchronized void done(ChunkId chunk) {
        underWay.remove(chunk);
        remove(chunk);
    }

    /** No holder could supply it. It is tried again after a pause that doubles each time. */
    synchronized void failed(ChunkId chunk) {
        underWay.remove(chunk);
        Replica replica = replicas.get(chunk);
        if (replica != null) {
            dequeue(replica);
            Replica again = new Replica(
                    replica.slot,
                    replica.held,
                    replica.holders,
                    replica.sinceNanos,
                    replica.failures + 1,
                    System.nanoTime() + (FIRST_PAUSE.toNanos() << Math.min(replica.failures, MAX_DOUBLINGS)));
            replicas.put(chunk, again);
            enqueue(again);
        }
    }

    synchronized boolean isEmpty() {
        return replicas.isEmpty() && rests.isEmpty();
    }

    /** How much is owed: replicas, bytes, and since when. */
    record Total(long count, long bytes, Optional<Long> sinceNanos) {}

    synchronized Total total() {
        List<Rest> all = new ArrayList<>(rests.values());
        replicas.values().forEach(replica -> all.add(Rest.of(replica)));
        return new Total(
                all.stream().mapToLong(Rest::count).sum(),
                all.stream().mapToLong(Rest::bytes).sum(),
                all.stream().map(Rest::sinceNanos).reduce((a, b) -> a - b < 0 ? a : b));
    }

    /** What the comparison with one node found missing. */
    static Replica lacking(Slot slot, Reply.Held held, NodeId holder) {
        return new Replica(slot, held, new TreeSet<>(List.of(holder)), System.nanoTime(), 0, System.nanoTime());
    }
}
