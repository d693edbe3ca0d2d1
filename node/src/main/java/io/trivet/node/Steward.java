package io.trivet.node;

import io.trivet.model.Answer;
import io.trivet.model.ClusterView;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Question;
import io.trivet.model.SessionId;
import io.trivet.model.Standing;
import io.trivet.model.Sweeping;
import io.trivet.namespace.Namespace;
import io.trivet.namespace.RemovedPage;
import io.trivet.repair.DebtLedger;
import io.trivet.repair.Grace;
import io.trivet.repair.LayingOut;
import io.trivet.repair.Witness;
import io.trivet.wire.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the leader does besides answering: gives seats, records where nodes listen and what they lost, ends silent sessions, takes detached directories
 * apart, compares state hashes. Each round does a little of each; a round that fails is made up by the next. One thread.
 */
final class Steward {
    private static final Logger LOG = LoggerFactory.getLogger(Steward.class);

    private static final Duration ATTEST_EVERY = Duration.ofSeconds(30);
    private static final int DISSOLVE_AT_ONCE = 200;

    /** A twentieth. */
    private static final int CAPACITY_JITTER = 20;

    private final NodeId self;
    private final Seat seat;
    private final Presence presence;
    private final SessionLeases sessions;
    private final SeatSteward seats;
    private final DebtLedger ledger;
    private final Duration silentFor;
    private final Grace grace = new Grace();
    private final TrashRounds trashRounds = new TrashRounds();
    private boolean led;
    private long attestedNanos = System.nanoTime();
    private long attestedIndex;

    Steward(
            NodeId self,
            Seat seat,
            Presence presence,
            SessionLeases sessions,
            SeatSteward.Calls seats,
            DebtLedger ledger,
            Duration silentFor) {
        this.self = self;
        this.seat = seat;
        this.presence = presence;
        this.sessions = sessions;
        this.seats = new SeatSteward(self, seats, this::propose, silentFor);
        this.ledger = ledger;
        this.silentFor = silentFor;
    }

    void round() {
        if (!seat.leads()) {
            led = false;
            return;
        }
        if (!led) {
            led = true;
            presence.begin();
            sessions.begin();
            ledger.begin();
            grace.begin();
            LOG.info("leads node={}", self);
        }
        if (seat.ask(new Question.View()) instanceof Answer.View(ClusterView view)) {
            recordNodes(view);
            seats.round(view, seat.quorum().orElseThrow(), presence.witnesses(view));
            layOut(view);
            forgetNodes(view);
            seat.namespace().current().ifPresent(namespace -> {
                tidy(namespace);
                if (view.sweeping().on()) {
                    expireTrash(namespace);
                }
                forgetRemoved(namespace, view.sweeping());
            });
        }
    }

    private void recordNodes(ClusterView view) {
        for (Request.Heartbeat beat : presence.beats()) {
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
            if (isAnother(beat.capacityBytes(), known.get().part().capacityBytes())) {
                propose(new Command.Measure(beat.node(), beat.capacityBytes()));
            }
        }
    }

    /** Whether a capacity has changed by more than a little; so that layouts and views rest while files of others come and go. */
    private static boolean isAnother(long capacityBytes, long known) {
        return capacityBytes > 0 && Math.abs(capacityBytes - known) > known / CAPACITY_JITTER;
    }

    /** What was removed is forgotten once nothing names it any more. */
    private void forgetNodes(ClusterView view) {
        for (Node node : view.nodes()) {
            boolean named =
                    view.layouts().stream().anyMatch(layout -> layout.nodes().contains(node.id()));
            if (node.standing() == Standing.REMOVED && !named && !node.master()) {
                LOG.info("forgets node={}", node.id());
                propose(new Command.ForgetNode(node.id()));
            }
        }
    }

    /** Changes the layout where a node went for good or came back; forgets earlier ones when all they said is done. */
    private void layOut(ClusterView view) {
        List<Witness> nodes = presence.witnesses(view);
        boolean settled = ledger.isSettled(view, nodes, Instant.now());
        boolean young = seat.namespace()
                .current()
                .filter(namespace -> !namespace.hasIssuedFiles())
                .isPresent();
        Optional<LayingOut.Change> change = (young ? LayingOut.young(view) : Optional.<LayingOut.Change>empty())
                .or(() -> LayingOut.next(view, nodes, silentFor));
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
        for (SessionId session : sessions.silent(namespace.sessions(), namespace.resumableSessions())) {
            LOG.info("ends session={}", session);
            propose(new Command.EndSession(session));
        }
        if (namespace.hasDetached()) {
            propose(new Command.Dissolve(DISSOLVE_AT_ONCE));
        }
        long now = System.nanoTime();
        if (now - attestedNanos > ATTEST_EVERY.toNanos() && namespace.appliedIndex() > attestedIndex) {
            attestedNanos = now;
            propose(namespace.attestation());
            attestedIndex = namespace.appliedIndex();
        }
    }

    /**
     * What is in the trash for its time leaves it. The clock of the log is not trusted alone: a leader whose clock leapt ahead would empty the trash early, so
     * the earlier of its time and this node's counts.
     */
    private void expireTrash(Namespace namespace) {
        Instant logged = namespace.time();
        Instant here = Instant.now();
        Instant over = (logged.isBefore(here) ? logged : here).minus(namespace.trashFor());
        trashRounds.round(
                from -> namespace.trashedBefore(over, from, Command.MAX_FORGET),
                ids -> propose(new Command.Discard(over, ids)));
    }

    /** Rule 5: what was removed a grace ago is dead from now on, unless nothing may be swept anyway (rule 4). */
    private void forgetRemoved(Namespace namespace, Sweeping sweeping) {
        Optional<Instant> over = grace.pass(System.nanoTime(), namespace.time(), sweeping.grace());
        if (over.isEmpty() || !sweeping.on()) {
            return;
        }
        @Nullable FileId next = new FileId(1, 1);
        while (next != null) {
            RemovedPage page = namespace.removedBefore(over.get(), next, Command.MAX_FORGET);
            if (!page.ids().isEmpty()) {
                propose(new Command.ForgetRemoved(over.get(), page.ids()));
            }
            next = page.next();
        }
    }

    private void propose(Command command) {
        if (seat.submit(Operation.unnumbered(command)) instanceof Outcome.Refused(var refusal)) {
            LOG.warn("refused command={} refusal=\"{}\"", command, refusal.message());
        }
    }
}
