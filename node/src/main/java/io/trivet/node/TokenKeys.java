package io.trivet.node;

import io.trivet.authority.ClusterKeys;
import io.trivet.model.Answer;
import io.trivet.model.ClusterView;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.Question;
import io.trivet.namespace.Namespace;
import io.trivet.wire.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The keys of chunk tokens. They change by themselves: with time, so that none is used for long, and when a node leaves the cluster, so that what it knew is
 * worth nothing soon. Derived from the cluster's keys by the leader, told to the other members, kept in memory only. Any thread.
 *
 * <pre>
 *   the id of a key:  period(44 bits): hours since 1970 / 6   departures(20 bits): how many nodes have left the cluster for good
 *
 *   a period's key checks         from the period before to the one after
 *   a key of fewer departures     {@link #GRACE} more, so that tokens that are out live as long as they say
 * </pre>
 *
 * <p>The leader signs with the key of another number of departures only after {@link #SPREAD}, when every member had time to ask for it.
 */
final class TokenKeys {
    /** A key signs for this long. */
    static final Duration PERIOD = Duration.ofHours(6);

    /** Time for the members to hear of a departure and to ask for the keys since. */
    static final Duration SPREAD = Duration.ofSeconds(10);

    /** How long a key is good that a departure has ended: as long as the last token that was signed with it. */
    static final Duration GRACE = LeaderTokens.VALID.plus(Gate.SKEW).plus(SPREAD);

    private static final int DEPARTURE_BITS = 20;
    private static final long MAX_DEPARTURES = (1L << DEPARTURE_BITS) - 1;

    private final KeySafe safe;
    private final LongSupplier nanos;
    private final LongSupplier millis;
    private final Map<Long, byte[]> told = new HashMap<>();

    /** For each number of departures that is known here, since when. What was known first counts as known for long. */
    private final TreeMap<Long, Long> since = new TreeMap<>();

    private Set<NodeId> members = Set.of();

    /** The version of the last view by which this node led; 0 at first. */
    private long led;

    TokenKeys(KeySafe safe) {
        this(safe, System::nanoTime, System::currentTimeMillis);
    }

    /** As above, with other clocks. */
    TokenKeys(KeySafe safe, LongSupplier nanos, LongSupplier millis) {
        this.safe = safe;
        this.nanos = nanos;
        this.millis = millis;
    }

    static long id(long period, long departures) {
        return period << DEPARTURE_BITS | Math.min(departures, MAX_DEPARTURES);
    }

    static long period(long timeMs) {
        return timeMs / PERIOD.toMillis();
    }

    private long periodNow() {
        return period(millis.getAsLong());
    }

    private static long periodOf(long id) {
        return id >>> DEPARTURE_BITS;
    }

    private static long departuresOf(long id) {
        return id & MAX_DEPARTURES;
    }

    static byte[] derived(ClusterKeys keys, long id) {
        return keys.derive("chunk tokens", Long.toString(id).getBytes(StandardCharsets.US_ASCII));
    }

    /** The key of this id; null where it is not known here, or is over or to come. */
    synchronized byte @Nullable [] key(long id) {
        if (Math.abs(periodOf(id) - periodNow()) > 1 || !isHonoured(departuresOf(id))) {
            return null;
        }
        byte[] known = told.get(id);
        ClusterKeys keys = safe.keys().orElse(null);
        return known == null && keys != null ? derived(keys, id) : known;
    }

    /** Until something was told here, nothing is good: who just started does not know who has left. */
    private boolean isHonoured(long departures) {
        if (since.isEmpty()) {
            return false;
        }
        Map.Entry<Long, Long> next = since.higherEntry(departures);
        return next == null || nanos.getAsLong() - next.getValue() < GRACE.toNanos();
    }

    /** The id of the key with which the leader signs now. */
    synchronized long signing() {
        long now = nanos.getAsLong();
        for (Map.Entry<Long, Long> known : since.descendingMap().entrySet()) {
            if (now - known.getValue() >= SPREAD.toNanos()) {
                return id(periodNow(), known.getKey());
            }
        }
        throw new IllegalStateException("a leader that does not know who has left");
    }

    /** Throws {@code NO_QUORUM} where this node is no master. */
    byte[] signingKey(long id) {
        return derived(safe.required(), id);
    }

    /** At the leader: what its namespace says of who has left. */
    void lead(Namespace namespace) {
        if (namespace.answer(new Question.View()) instanceof Answer.View(ClusterView view)) {
            lead(view, namespace::departures);
        }
    }

    synchronized void lead(ClusterView view, LongSupplier departures) {
        if (view.version() != led) {
            learned(departures.getAsLong());
            members = members(view);
            led = view.version();
        }
    }

    private void learned(long departures) {
        long now = nanos.getAsLong();
        since.putIfAbsent(departures, since.isEmpty() ? now - GRACE.toNanos() : now);
    }

    /** For another member: the keys that are good now, and those of the next period. Throws {@code NO_QUORUM} where this node is no master. */
    synchronized Reply.TokenKeys all() {
        ClusterKeys keys = safe.required();
        long now = periodNow();
        List<Reply.TokenKey> all = since.keySet().stream()
                .filter(this::isHonoured)
                .flatMap(departures ->
                        LongStream.rangeClosed(now - 1, now + 1).mapToObj(period -> id(period, departures)))
                .map(id -> new Reply.TokenKey(id, derived(keys, id)))
                .toList();
        return new Reply.TokenKeys(all);
    }

    /** What the leader told, when the members were those of this view or some that left since. */
    synchronized void learn(Reply.TokenKeys keys, ClusterView view) {
        keys.keys().forEach(key -> told.put(key.id(), key.key()));
        new TreeSet<>(keys.keys().stream().map(key -> departuresOf(key.id())).toList()).forEach(this::learned);
        members = members(view);
        long over = periodNow() - 1;
        told.keySet().removeIf(id -> periodOf(id) < over || !isHonoured(departuresOf(id)));
    }

    /** Whether this node has to ask: the next period's keys are known a whole period before, and those after a departure soon after it. */
    synchronized boolean lacks(ClusterView view) {
        return since.isEmpty()
                || !members.equals(members(view))
                || (safe.keys().isEmpty() && !told.containsKey(id(periodNow() + 1, since.lastKey())));
    }

    private static Set<NodeId> members(ClusterView view) {
        return view.nodes().stream().filter(Node::isMember).map(Node::id).collect(Collectors.toUnmodifiableSet());
    }
}
