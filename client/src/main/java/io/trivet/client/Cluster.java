package io.trivet.client;

import io.trivet.model.Address;
import io.trivet.model.ClusterId;
import io.trivet.model.ClusterView;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.placement.ReadOrder;
import io.trivet.thread.BackgroundThreads;
import io.trivet.wire.Connector;
import io.trivet.wire.credentials.CertifiedNode;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The client's cached view of the cluster: nodes, layouts, leader, and which nodes are reachable.
 * Any thread.
 *
 * <p>A node that just failed counts as down for {@link #AVOID_NANOS}, so that not every request
 * waits for it.
 */
final class Cluster {
    private static final Duration ASK_LIMIT = Duration.ofSeconds(3);
    private static final long AVOID_NANOS = 5_000_000_000L;
    private static final long VIEW_NANOS = 30_000_000_000L;
    private static final long READ_ORDER_NANOS = 1_000_000_000L;

    /** The leader's node states are requested again when they are needed and older than this. */
    private static final long STATES_NANOS = 2_000_000_000L;

    private final Connector connector;
    private final List<Address> seeds;
    private final Consumer<ClusterView> learned;
    private final Map<NodeId, Long> avoidedUntil = new ConcurrentHashMap<>();
    /** What nodes said of themselves; a node that failed is asked again. */
    private final Map<NodeId, Boolean> takesBatches = new ConcurrentHashMap<>();

    private volatile @Nullable Known known;
    private volatile @Nullable NodeId leader;
    private volatile boolean vouched;
    private volatile long learnedNanos = System.nanoTime();

    private volatile @Nullable Reading reading;
    private final AtomicLong statesAskedNanos = new AtomicLong(System.nanoTime());

    private record Reading(ReadOrder order, long madeNanos) {}

    private record Known(ClusterView view, List<Reply.NodeState> states) {}

    Cluster(Connector connector, List<Address> seeds) {
        this(connector, seeds, ignored -> {});
    }

    /** {@code learned} receives every view. */
    Cluster(Connector connector, List<Address> seeds, Consumer<ClusterView> learned) {
        this.learned = learned;
        this.connector = connector;
        this.seeds = seeds;
        connector.compareKeys(this::isKnown);
    }

    /** Unknown nodes are accepted: they may have joined since the last view. */
    private boolean isKnown(CertifiedNode node) {
        Known now = known;
        return now == null
                || now.view.node(node.node()).map(each -> each.isOf(node.key())).orElse(true);
    }

    ClusterView view() {
        return known().view;
    }

    ClusterId id() {
        return view().cluster();
    }

    private Known known() {
        Known now = known;
        return now == null ? fresh() : now;
    }

    /**
     * A peer was trusted only because a former authority vouches for its own: the next call
     * refreshes the view, which names the authority to trust.
     */
    void isVouchedFor() {
        vouched = true;
    }

    /**
     * Refreshes the view from time to time. A client without new connections and failures notices
     * changes only here.
     */
    void refreshNowAndThen() {
        if (vouched || System.nanoTime() - learnedNanos > VIEW_NANOS) {
            vouched = false;
            try {
                fresh();
            } catch (TrivetException ignored) {
                // If it lasts, the next request reports it.
            }
        }
    }

    void refreshIfVouched() {
        if (vouched) {
            refreshNowAndThen();
        }
    }

    /**
     * Requests the newest view from the leader, else from any node. Throws {@code UNREACHABLE} if
     * none answers.
     */
    void refresh() {
        fresh();
    }

    /**
     * Like {@link #refresh} for the first time: retries while a node is slow rather than absent.
     */
    void find(Backoff backoff) {
        while (true) {
            try {
                fresh();
                return;
            } catch (TrivetException e) {
                if (!e.kind().equals(Refusal.Kind.UNREACHABLE)
                        || !(e.getCause() instanceof TrivetException cause)
                        || !isSlow(cause)) {
                    throw e;
                }
                backoff.pauseOrThrow(e);
            }
        }
    }

    /** Whether the connection was made, or at least not refused. */
    private static boolean isSlow(TrivetException e) {
        return e.kind() == Refusal.Kind.NO_QUORUM
                || (e.kind() == Refusal.Kind.UNREACHABLE && e.getCause() instanceof SocketTimeoutException);
    }

    private Known fresh() {
        List<TrivetException> reasons = new ArrayList<>();
        for (Address address : addressesToAsk()) {
            try {
                return learn(askForView(address));
            } catch (TrivetException e) {
                rethrowIfHopeless(e);
                reasons.add(e);
            }
        }
        reasons.stream().filter(Cluster::isOfBelief).findFirst().ifPresent(refused -> {
            throw refused;
        });
        Refusal nobody = new Refusal(
                Refusal.Kind.UNREACHABLE,
                String.join(",", seeds.stream().map(Address::toString).toList()),
                "no node of a cluster answers there ("
                        + (seeds.size() == 1
                                ? reasons.getFirst().refusal().detail()
                                : reasons.getFirst().getMessage())
                        + "): is it running? give its address with --cluster HOST:PORT or TRIVET_CLUSTER");
        throw new TrivetException(
                nobody, reasons.stream().filter(Cluster::isSlow).findFirst().orElse(reasons.getFirst()));
    }

    /** Such a failure concerns only one node, but is reported if no other node answers. */
    private static boolean isOfBelief(TrivetException e) {
        return switch (e.kind()) {
            case UNTRUSTED, DENIED, WRONG_CLUSTER -> true;
            default -> false;
        };
    }

    private static void rethrowIfHopeless(TrivetException e) {
        if (e.kind() == Refusal.Kind.WRONG_VERSION) {
            throw e;
        }
    }

    /**
     * The leader's own answer if possible, because only the leader knows the states of the nodes.
     */
    private Reply.ViewOf askForView(Address address) {
        Reply.ViewOf found = viewFrom(address);
        if (found.leader() == null || found.leader().equals(found.node()) || found.view() == null) {
            return found;
        }
        Optional<Node> leading = found.view().node(found.leader());
        if (leading.isEmpty()) {
            return found;
        }
        try {
            return viewFrom(leading.get().address());
        } catch (TrivetException e) {
            rethrowIfHopeless(e);
            return found;
        }
    }

    private Reply.ViewOf viewFrom(Address address) {
        Reply reply = connector.call(address, RequestEnvelope.toAny(new Request.GetView()), ASK_LIMIT);
        if (reply instanceof Reply.ViewOf found && found.view() != null) {
            return found;
        }
        throw TrivetException.of(Refusal.Kind.NO_QUORUM, address.toString(), "it knows no cluster yet: try again soon");
    }

    private Known learn(Reply.ViewOf found) {
        ClusterView view = java.util.Objects.requireNonNull(found.view());
        Known before = known;
        Known now = before != null && before.view.version() > view.version()
                ? new Known(before.view, found.states())
                : new Known(view, found.states());
        known = now;
        learnedNanos = System.nanoTime();
        reading = null;
        leader = found.leader();
        takesBatches.put(found.node(), found.batches());
        connector.expect(now.view.cluster());
        learned.accept(now.view);
        return now;
    }

    /**
     * The leader first, then the other masters and nodes, then those that failed recently, then the
     * seeds; each once.
     */
    private Set<Address> addressesToAsk() {
        Set<Address> all = new LinkedHashSet<>();
        Known now = known;
        if (now != null) {
            List<Node> nodes =
                    new ArrayList<>(leader().flatMap(now.view::node).stream().toList());
            nodes.addAll(now.view.masters());
            nodes.addAll(now.view.nodes());
            nodes.stream().filter(node -> !isAvoided(node.id())).forEach(node -> all.add(node.address()));
            nodes.forEach(node -> all.add(node.address()));
        }
        all.addAll(seeds);
        return all;
    }

    Optional<NodeId> leader() {
        return Optional.ofNullable(leader);
    }

    void leaderIs(@Nullable NodeId node) {
        leader = node;
    }

    /** Throws {@code UNREACHABLE} for a node that is not in the view. */
    Address address(NodeId node) {
        return view().node(node)
                .map(Node::address)
                .orElseThrow(() -> TrivetException.of(
                        Refusal.Kind.UNREACHABLE, node.toString(), "the cluster has no such node any more"));
    }

    List<NodeId> nodes() {
        return view().nodes().stream().map(Node::id).toList();
    }

    /** Whether this node is worth trying, as far as the leader and this client know. */
    boolean isReachable(NodeId node) {
        if (isAvoided(node)) {
            return false;
        }
        renewStates();
        return known().states.stream().noneMatch(state -> state.node().equals(node) && !state.reachable());
    }

    private boolean isAvoided(NodeId node) {
        Long until = avoidedUntil.get(node);
        return until != null && System.nanoTime() - until < 0;
    }

    /**
     * Refreshes in the background. Otherwise, as long as nothing fails, dead nodes would be tried
     * and returned nodes skipped.
     */
    private void renewStates() {
        long asked = statesAskedNanos.get();
        long now = System.nanoTime();
        if (now - asked < STATES_NANOS || !statesAskedNanos.compareAndSet(asked, now)) {
            return;
        }
        BackgroundThreads.named("trivet-states").start(() -> {
            try {
                fresh();
            } catch (TrivetException ignored) {
                // The next call that needs the states asks again.
            }
        });
    }

    /** Whether this node accepts new chunks now. */
    boolean acceptsChunks(NodeId node) {
        return isReachable(node)
                && known().states.stream().noneMatch(state -> state.node().equals(node) && !state.acceptsChunks());
    }

    /**
     * Whether the node knows requests for many chunks or operations at once, which earlier releases do
     * not. It is asked once; false if it does not answer.
     */
    boolean takesBatches(NodeId node) {
        Boolean told = takesBatches.get(node);
        if (told != null) {
            return told;
        }
        try {
            Reply reply = connector.call(address(node), new RequestEnvelope(node, new Request.GetView()), ASK_LIMIT);
            boolean takes = reply instanceof Reply.ViewOf view && view.batches();
            takesBatches.put(node, takes);
            return takes;
        } catch (TrivetException ignored) {
            return false;
        }
    }

    void avoid(NodeId node) {
        takesBatches.remove(node);
        avoidedUntil.put(node, System.nanoTime() + AVOID_NANOS);
        reading = null;
    }

    void stopAvoiding() {
        avoidedUntil.clear();
        reading = null;
    }

    /** The order in which to request a chunk from the nodes, by what is known now. */
    ReadOrder readOrder() {
        Reading now = reading;
        if (now == null || System.nanoTime() - now.madeNanos > READ_ORDER_NANOS) {
            ClusterView view = view();
            view.layout();
            now = new Reading(new ReadOrder(view.layouts(), nodes(), this::isReachable), System.nanoTime());
            reading = now;
        }
        return now.order;
    }

    ClusterStatus status() {
        Known now = fresh();
        return ClusterStatus.of(now.view, leader(), now.states);
    }
}
