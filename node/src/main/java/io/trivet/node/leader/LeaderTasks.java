package io.trivet.node.leader;

import io.trivet.model.AdminState;
import io.trivet.model.ClusterView;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.SessionId;
import io.trivet.model.SweepSettings;
import io.trivet.namespace.Namespace;
import io.trivet.namespace.RemovedPage;
import io.trivet.node.cluster.ClusterClock;
import io.trivet.node.raft.RaftMember;
import io.trivet.quorum.Quorum;
import io.trivet.wire.protocol.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leader's background work: gives seats, records addresses and losses of nodes, ends silent
 * sessions, dissolves detached directories, compares state hashes. Each round does a little of
 * each; the next round makes up for a failed one. One thread.
 */
public final class LeaderTasks {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderTasks.class);

    private static final Duration ATTEST_EVERY = Duration.ofSeconds(30);
    private static final int DISSOLVE_AT_ONCE = 200;
    private static final int DISSOLVES_OF_ROUND = 10;
    private static final int SESSIONS_AT_ONCE = 100;
    private static final int COUNT_AT_ONCE = 1000;
    private static final int UPLOADS_AT_ONCE = 100;
    private static final Duration LOOK_FOR_UPLOADS_EVERY = Duration.ofMinutes(1);
    private static final int COUNTS_OF_ROUND = 20;

    /** A change of capacity of less than a twentieth is ignored. */
    private static final int CAPACITY_JITTER = 20;

    private final NodeId self;
    private final RaftMember raftMember;
    private final LeaderState state;
    private final VoterReconciler seats;
    private final Duration silentFor;
    private final ClusterClock clock;
    private final RemovalGrace removalGrace = new RemovalGrace();
    private final TrashScanner trashScanner = new TrashScanner();
    private long lookedForUploadsNanos = System.nanoTime() - LOOK_FOR_UPLOADS_EVERY.toNanos();
    private boolean led;
    private long attestedNanos = System.nanoTime();
    private long attestedIndex;

    public LeaderTasks(
            NodeId self,
            RaftMember raftMember,
            LeaderState state,
            VoterReconciler.Calls seats,
            Duration silentFor,
            ClusterClock clock) {
        this.self = self;
        this.raftMember = raftMember;
        this.state = state;
        this.seats = new VoterReconciler(self, seats, this::propose, silentFor);
        this.silentFor = silentFor;
        this.clock = clock;
    }

    public void round() {
        if (!raftMember.leads()) {
            led = false;
            raftMember.pauseGrowth(Optional.empty());
            return;
        }
        if (!led) {
            led = true;
            state.begin();
            removalGrace.begin();
            LOG.info("leads node={}", self);
        }
        if (raftMember.ask(new Query.View()) instanceof QueryResult.View(ClusterView view)) {
            List<ObservedNode> nodes = state.heartbeats().witnesses(view);
            Quorum quorum = raftMember.quorum().orElseThrow();
            raftMember.pauseGrowth(MastersRoom.tooLittle(quorum.voters(), nodes, view.epoch()));
            recordNodes(view);
            seats.round(view, quorum, nodes);
            layOut(view);
            forgetNodes(view);
            raftMember.namespace().current().ifPresent(namespace -> {
                tidy(namespace);
                if (view.sweepSettings().on()) {
                    expireTrash(namespace);
                    expireUploads(namespace);
                }
                forgetRemoved(namespace, view.sweepSettings());
            });
        }
    }

    private void recordNodes(ClusterView view) {
        for (Request.Heartbeat beat : state.heartbeats().beats()) {
            Optional<Node> known = view.node(beat.node());
            if (known.isEmpty()) {
                continue;
            }
            if (!known.get().address().equals(beat.address())) {
                propose(new Command.Move(beat.node(), beat.address()));
            }
            if (known.get().lossEpoch() < beat.lossEpoch()) {
                propose(new Command.RaiseLossEpoch(beat.node(), beat.lossEpoch()));
            }
            if (isAnother(beat.capacityBytes(), known.get().nodeShare().capacityBytes())) {
                propose(new Command.Measure(beat.node(), beat.capacityBytes()));
            }
        }
    }

    /**
     * Whether a capacity has changed by more than that, so that other files on the disks do not
     * change layouts and views.
     */
    private static boolean isAnother(long capacityBytes, long known) {
        return capacityBytes > 0 && Math.abs(capacityBytes - known) > known / CAPACITY_JITTER;
    }

    /** Forgets removed nodes that nothing names any more. */
    private void forgetNodes(ClusterView view) {
        for (Node node : view.nodes()) {
            boolean named =
                    view.layouts().stream().anyMatch(layout -> layout.nodes().contains(node.id()));
            if (node.standing() == AdminState.REMOVED && !named && !node.master()) {
                LOG.info("forgets node={}", node.id());
                propose(new Command.ForgetNode(node.id()));
            }
        }
    }

    /**
     * Changes the layout if a node is gone or back; drops earlier layouts once the newest is
     * settled.
     */
    private void layOut(ClusterView view) {
        List<ObservedNode> nodes = state.heartbeats().witnesses(view);
        boolean settled = state.debts().isSettled(view, nodes, clock.now());
        boolean young = raftMember
                .namespace()
                .current()
                .filter(namespace -> !namespace.hasIssuedFiles())
                .isPresent();
        Optional<AutomaticLayout.Change> change = (young
                        ? AutomaticLayout.young(view)
                        : Optional.<AutomaticLayout.Change>empty())
                .or(() -> AutomaticLayout.next(view, nodes, silentFor));
        if (change.isPresent()) {
            LOG.warn(
                    "lays out layout={} reason=\"{}\"",
                    change.get().layout().version(),
                    change.get().reason());
            propose(new Command.PublishLayout(change.get().layout()));
        } else if (view.layouts().size() > 1 && settled) {
            LOG.info("settled layout={}", view.layout().version());
            propose(new Command.SettleLayout(view.layout().version()));
        }
    }

    private void tidy(Namespace namespace) {
        for (SessionId session : state.sessions().silent(namespace.sessions(), namespace.resumableSessions())) {
            LOG.info("ends session={}", session);
            propose(new Command.EndSession(session));
        }
        for (SessionId session : namespace.sessionsOfRemovedUsers(SESSIONS_AT_ONCE)) {
            LOG.info("ends session={} reason=\"its user was removed\"", session);
            propose(new Command.EndSession(session));
        }
        for (int step = 0; step < DISSOLVES_OF_ROUND && namespace.hasDetached(); step++) {
            propose(new Command.Dissolve(DISSOLVE_AT_ONCE));
        }
        for (int step = 0; step < COUNTS_OF_ROUND && namespace.isCounting(); step++) {
            propose(new Command.CountUse(COUNT_AT_ONCE));
        }
        long now = System.nanoTime();
        if (now - attestedNanos > ATTEST_EVERY.toNanos() && namespace.appliedIndex() > attestedIndex) {
            attestedNanos = now;
            propose(namespace.attestation());
            attestedIndex = namespace.appliedIndex();
        }
    }

    /**
     * Removes files whose time in the trash is over, by the earlier of the log's time and the
     * cluster's: the log's may have jumped ahead, under an earlier release or because most clocks
     * were wrong. Removes nothing before the cluster's time is known.
     */
    private void expireTrash(Namespace namespace) {
        if (!clock.isAgreed()) {
            return;
        }
        Instant logged = namespace.time();
        Instant here = clock.now();
        Instant over = (logged.isBefore(here) ? logged : here).minus(namespace.trashFor());
        trashScanner.round(
                from -> namespace.trashedBefore(over, from, Command.MAX_FORGET),
                ids -> propose(new Command.Discard(over, ids)));
    }

    /** Gives up uploads that took too long. Like {@link #expireTrash}, by the earlier of two times. */
    private void expireUploads(Namespace namespace) {
        long nanos = System.nanoTime();
        if (!clock.isAgreed() || nanos - lookedForUploadsNanos < LOOK_FOR_UPLOADS_EVERY.toNanos()) {
            return;
        }
        lookedForUploadsNanos = nanos;
        Instant logged = namespace.time();
        Instant here = clock.now();
        Instant over = (logged.isBefore(here) ? logged : here).minus(Duration.ofDays(Command.UPLOAD_DAYS));
        for (FileId file : namespace.uploadsSilentSince(over, UPLOADS_AT_ONCE)) {
            LOG.info("gives up upload={} reason=\"it got no piece for {} days\"", file, Command.UPLOAD_DAYS);
            propose(new Command.AbortUpload(file));
        }
    }

    /**
     * Rule 5: files whose grace is over and that are not being read are declared dead, unless
     * sweeping is off (rule 4).
     */
    private void forgetRemoved(Namespace namespace, SweepSettings sweepSettings) {
        Optional<Instant> over = removalGrace.pass(System.nanoTime(), namespace.time(), sweepSettings.grace());
        if (over.isEmpty() || !sweepSettings.on()) {
            return;
        }
        @Nullable FileId next = new FileId(1, 1);
        while (next != null) {
            RemovedPage page = namespace.removedBefore(over.get(), next, Command.MAX_FORGET);
            List<FileId> unread =
                    page.ids().stream().filter(id -> !state.holds().isHeld(id)).toList();
            if (!unread.isEmpty()) {
                propose(new Command.ForgetRemoved(over.get(), unread));
            }
            next = page.next();
        }
    }

    private void propose(Command command) {
        if (raftMember.submit(Operation.unnumbered(command)) instanceof Outcome.Refused(var refusal)) {
            LOG.warn("refused command={} refusal=\"{}\"", command, refusal.message());
        }
    }
}
