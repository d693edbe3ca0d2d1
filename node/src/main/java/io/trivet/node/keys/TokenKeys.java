package io.trivet.node.keys;

import io.trivet.authority.ClusterKeys;
import io.trivet.model.ClusterView;
import io.trivet.model.KeySuccession;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.namespace.Namespace;
import io.trivet.wire.credentials.AuthorityVoucher;
import io.trivet.wire.credentials.TrustSettings;
import io.trivet.wire.protocol.Reply;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of chunk tokens. They change automatically: with time, so that none is used for long,
 * and when a node leaves the cluster, so that its keys soon become invalid. The leader derives them
 * from the cluster's keys and sends them to the other members, which keep them in memory only. Any
 * thread.
 *
 * <pre>
 *   the id of a key:  period (44 bits): hours since 1970 / 6
 *                     departures (20 bits): how many nodes have left permanently, plus how often
 *                                           the cluster's keys were changed
 *
 *   a period's key verifies              from the previous period to the next one
 *   a key with fewer departures          {@link #GRACE} longer, so that issued tokens stay valid
 * </pre>
 *
 * <p>After a departure the leader signs with the new key only after {@link #SPREAD}, when every
 * member has had time to request it.
 */
public final class TokenKeys {
    /** The time for which a key signs. */
    static final Duration PERIOD = Duration.ofHours(6);

    /** The lifetime of a token. */
    public static final Duration VALID = Duration.ofMinutes(10);

    /** The greatest permitted difference between the clocks of members. */
    public static final Duration SKEW = Duration.ofMinutes(1);

    /** Time for the members to hear of a departure and to request the new keys. */
    static final Duration SPREAD = Duration.ofSeconds(10);

    /** How long a key stays valid after a departure: as long as the last token signed with it. */
    static final Duration GRACE = VALID.plus(SKEW).plus(SPREAD);

    private static final Logger LOG = LoggerFactory.getLogger(TokenKeys.class);
    private static final int DEPARTURE_BITS = 20;
    private static final long MAX_DEPARTURES = (1L << DEPARTURE_BITS) - 1;

    private final ClusterKeyStore safe;
    private final LongSupplier nanos;
    private final LongSupplier millis;
    private final Map<Long, byte[]> told = new HashMap<>();

    /** Since when each departure count is known here. The first one counts as known for long. */
    private final TreeMap<Long, Long> since = new TreeMap<>();

    private Membership members = new Membership(Set.of(), 0);

    /**
     * From which departure count keys are derived from the keys of which authority; empty if the
     * cluster's keys were never changed.
     */
    private NavigableMap<Long, TrustSettings.Authority> roots = new TreeMap<>();

    /** The members and changes of keys for which the known keys are valid. */
    private record Membership(Set<NodeId> nodes, int changesOfKeys) {}

    /** The version of the last view that this node has processed as leader; 0 at first. */
    private long led;

    public TokenKeys(ClusterKeyStore safe) {
        this(safe, System::nanoTime, System::currentTimeMillis);
    }

    /**
     * As above, with other clocks.
     *
     * @param millis the cluster's time, which the leader and the others share
     */
    public TokenKeys(ClusterKeyStore safe, LongSupplier nanos, LongSupplier millis) {
        this.safe = safe;
        this.nanos = nanos;
        this.millis = millis;
    }

    public static long id(long period, long departures) {
        return period << DEPARTURE_BITS | Math.min(departures, MAX_DEPARTURES);
    }

    public static long period(long timeMs) {
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

    public static byte[] derived(ClusterKeys keys, long id) {
        return keys.derive("chunk tokens", Long.toString(id).getBytes(StandardCharsets.US_ASCII));
    }

    /** The key of this id; null if it is unknown, expired or not valid yet. */
    public synchronized byte @Nullable [] key(long id) {
        if (Math.abs(periodOf(id) - periodNow()) > 1 || !isHonoured(departuresOf(id))) {
            return null;
        }
        byte[] known = told.get(id);
        return known == null ? root(id).map(keys -> derived(keys, id)).orElse(null) : known;
    }

    /** The version of the cluster's keys from which this key is derived, if this node has it. */
    private Optional<ClusterKeys> root(long id) {
        Map.Entry<Long, TrustSettings.Authority> root = roots.floorEntry(departuresOf(id));
        return root == null ? safe.keys() : safe.of(root.getValue());
    }

    private void learnRoots(ClusterView view) {
        if (view.successions().size() != members.changesOfKeys() || roots.isEmpty()) {
            roots = roots(view);
        }
    }

    private static NavigableMap<Long, TrustSettings.Authority> roots(ClusterView view) {
        NavigableMap<Long, TrustSettings.Authority> found = new TreeMap<>();
        try {
            for (KeySuccession keySuccession : view.successions()) {
                AuthorityVoucher authorityVoucher = AuthorityVoucher.of(keySuccession);
                found.putIfAbsent(0L, authorityVoucher.oldAuthority());
                found.put(keySuccession.tokensFrom(), authorityVoucher.newAuthority());
            }
        } catch (CertificateException e) {
            LOG.warn("a change of the cluster's keys cannot be read cause=\"{}\"", e.getMessage());
        }
        return found;
    }

    /**
     * False until something was learned: a node that has just started does not know which nodes
     * have left.
     */
    private boolean isHonoured(long departures) {
        if (since.isEmpty()) {
            return false;
        }
        Map.Entry<Long, Long> next = since.higherEntry(departures);
        return next == null || nanos.getAsLong() - next.getValue() < GRACE.toNanos();
    }

    /** The id of the key with which the leader signs now. */
    public long signing() {
        return newest().orElseThrow(() -> new IllegalStateException("a leader that does not know who has left"));
    }

    /** As above, at any node; empty if the departures are not known yet. */
    public synchronized OptionalLong newest() {
        long now = nanos.getAsLong();
        for (Map.Entry<Long, Long> known : since.descendingMap().entrySet()) {
            if (now - known.getValue() >= SPREAD.toNanos()) {
                return OptionalLong.of(id(periodNow(), known.getKey()));
            }
        }
        return OptionalLong.empty();
    }

    /** Throws {@code NO_QUORUM} if this node is not a master. */
    public synchronized byte[] signingKey(long id) {
        return derived(root(id).orElseGet(safe::required), id);
    }

    /** At the leader: learns the departures from its namespace. */
    public void lead(Namespace namespace) {
        if (namespace.answer(new Query.View()) instanceof QueryResult.View(ClusterView view)) {
            lead(view, namespace::departures);
        }
    }

    synchronized void lead(ClusterView view, LongSupplier departures) {
        if (view.version() != led) {
            learnRoots(view);
            learned(departures.getAsLong());
            members = members(view);
            led = view.version();
        }
    }

    private void learned(long departures) {
        long now = nanos.getAsLong();
        since.putIfAbsent(departures, since.isEmpty() ? now - GRACE.toNanos() : now);
    }

    /**
     * For another member: the keys that are valid now, and those of the next period. Throws {@code
     * NO_QUORUM} if this node is not a master.
     */
    public synchronized Reply.TokenKeys all() {
        safe.required();
        long now = periodNow();
        List<Reply.TokenKey> all = since.keySet().stream()
                .filter(this::isHonoured)
                .flatMap(departures ->
                        LongStream.rangeClosed(now - 1, now + 1).mapToObj(period -> id(period, departures)))
                .flatMap(id -> root(id).map(keys -> new Reply.TokenKey(id, derived(keys, id))).stream())
                .toList();
        return new Reply.TokenKeys(all);
    }

    /**
     * Takes the leader's keys, requested when the members were those of this view or some that have
     * left since.
     */
    synchronized void learn(Reply.TokenKeys keys, ClusterView view) {
        learnRoots(view);
        keys.keys().forEach(key -> told.put(key.id(), key.key()));
        new TreeSet<>(keys.keys().stream().map(key -> departuresOf(key.id())).toList()).forEach(this::learned);
        members = members(view);
        long over = periodNow() - 1;
        told.keySet().removeIf(id -> periodOf(id) < over || !isHonoured(departuresOf(id)));
    }

    /**
     * Whether this node must request keys: those of the next period a whole period ahead, those
     * after a departure soon after it.
     */
    public synchronized boolean lacks(ClusterView view) {
        return since.isEmpty()
                || !members.equals(members(view))
                || (safe.keys().isEmpty() && !told.containsKey(id(periodNow() + 1, since.lastKey())));
    }

    private static Membership members(ClusterView view) {
        return new Membership(
                view.nodes().stream().filter(Node::isMember).map(Node::id).collect(Collectors.toUnmodifiableSet()),
                view.successions().size());
    }
}
