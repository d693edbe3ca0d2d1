package io.trivet.node.raft;

import io.trivet.file.FileTree;
import io.trivet.model.Node;
import io.trivet.model.Refusal;
import io.trivet.model.SeatReport;
import io.trivet.model.TrivetException;
import io.trivet.node.cluster.ClusterClock;
import io.trivet.node.cluster.KnownCluster;
import io.trivet.node.identity.CurrentIdentity;
import io.trivet.node.identity.NodeIdentity;
import io.trivet.node.identity.SeatDirectory;
import io.trivet.quorum.LogSpace;
import io.trivet.quorum.QuorumSettings;
import io.trivet.quorum.QuorumTransport;
import io.trivet.quorum.RatisQuorum;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's seat in the quorum: founded, resumed at a start, taken and left when the leader
 * requests it. A seat belongs to its log; the node's progress to it is in its identity (rule 8).
 * Any thread; each call ends within seconds.
 */
public final class OwnSeat implements RaftMemberRestarter.Part {
    private static final Logger LOG = LoggerFactory.getLogger(OwnSeat.class);

    private final CurrentIdentity identity;
    private final RaftMember raftMember;
    private final KnownCluster cluster;
    private final QuorumTransport transport;
    private final ClusterClock clock;
    private final SeatFailures failures;
    private final LogSpace space;

    public OwnSeat(
            CurrentIdentity identity,
            RaftMember raftMember,
            KnownCluster cluster,
            QuorumTransport transport,
            ClusterClock clock) {
        this.identity = identity;
        this.raftMember = raftMember;
        this.cluster = cluster;
        this.transport = transport;
        this.clock = clock;
        this.failures = new SeatFailures(clock::machineMs);
        this.space = LogSpace.of(identity.data());
    }

    private QuorumSettings settings() {
        return QuorumSettings.in(SeatDirectory.of(identity.data())).datedBy(clock::loggedMs);
    }

    private NodeIdentity.Seating seating() {
        return identity.get().seating();
    }

    /**
     * Begins the quorum of a new cluster, with this node as its only voter, which leads on return.
     */
    public synchronized void found() throws IOException {
        NodeIdentity own = identity.get();
        raftMember.taken(
                RatisQuorum.found(own.node(), own.quorum(), settings(), raftMember.namespace()::open, transport));
    }

    /** Whether this node continues as a master when it starts, as far as it knows. */
    public boolean isResumed() {
        return seating() == NodeIdentity.Seating.TAKEN || (seating() == NodeIdentity.Seating.RESTING && isMaster());
    }

    /**
     * According to the newest known view. If the view is outdated, the Raft member is stopped again
     * later.
     */
    private boolean isMaster() {
        return cluster.view()
                .flatMap(view -> view.node(identity.get().node()))
                .map(Node::master)
                .orElse(false);
    }

    /**
     * Continues with the existing log. Rule 8: a master's seat belongs to its log; without a sound
     * one the node is no longer a voter, but serves chunks. Throws {@code WRONG_VERSION} if a later
     * release wrote the log; the node must be started with that release.
     */
    public synchronized void resume() {
        boolean rests = seating() == NodeIdentity.Seating.RESTING;
        try {
            goOnWithLog();
            if (rests) {
                identity.reach(NodeIdentity.Seating.TAKEN, identity.get().seatEpoch());
            }
        } catch (IOException e) {
            notRestarted(e);
        }
    }

    private void goOnWithLog() throws IOException {
        raftMember.close();
        NodeIdentity own = identity.get();
        raftMember.taken(
                RatisQuorum.restart(own.node(), own.quorum(), settings(), raftMember.namespace()::open, transport));
    }

    /**
     * Keeps the seat and retries if the log may still be sound, for example if the disk was full.
     */
    private void notRestarted(IOException failure) {
        if (RatisQuorum.mayPass(failure)) {
            raftMember.waits(String.valueOf(failure.getMessage()));
            LOG.warn(
                    "seat waits node={} cause=\"{}\": tried again soon",
                    identity.get().node(),
                    failure.getMessage());
        } else {
            raftMember.lost(String.valueOf(failure.getMessage()));
            LOG.error(
                    "seat lost node={} cause=\"{}\": another node takes it when there is one",
                    identity.get().node(),
                    failure.getMessage());
        }
    }

    /** The state of this node's Raft member. */
    public SeatReport report() {
        NodeIdentity now = identity.get();
        SeatReport.Standing standing = switch (now.seating()) {
            case NONE, BEGINNING -> SeatReport.Standing.NONE;
            case RESTING -> raftMember.isLost() ? SeatReport.Standing.LOST : SeatReport.Standing.RESTING;
            case TAKEN -> raftMember.standing();
        };
        String trouble = switch (now.seating()) {
            case NONE, BEGINNING -> "it is not yet a master";
            case RESTING -> raftMember.isLost() ? raftMember.trouble() : "its log is not in use";
            case TAKEN -> raftMember.trouble();
        };
        return failures.dated(standing, now.seatEpoch(), trouble, space.isShort());
    }

    /**
     * Takes the seat that the leader offers: on return the Raft member runs and can become a voter.
     * Throws {@link TrivetException} if it cannot. Rule 8: the node begins an empty log only once
     * per epoch; if it had a seat in this epoch, it continues with that log or not at all. The
     * leader makes it a voter only after this has returned, so a log whose creation was interrupted
     * was never counted, and is created again. A log of an earlier epoch, from before a restore of
     * the namespace, is put aside.
     */
    public synchronized void take(int epoch) {
        boolean had = seating() == NodeIdentity.Seating.TAKEN || seating() == NodeIdentity.Seating.RESTING;
        int seatEpoch = identity.get().seatEpoch();
        if (had && seatEpoch == epoch && raftMember.standing() == SeatReport.Standing.HELD) {
            return;
        }
        if (seatEpoch > epoch) {
            throw denied("its seat is of a later epoch");
        }
        try {
            if (had && seatEpoch == epoch) {
                goOn(epoch);
            } else {
                raftMember.leave();
                begin(epoch, had);
            }
        } catch (IOException e) {
            throw diskFailed(e);
        }
    }

    /**
     * The log contains everything that it ever voted for and acknowledged, so it may vote again,
     * whatever the others did since.
     */
    private void goOn(int epoch) throws IOException {
        try {
            goOnWithLog();
        } catch (IOException e) {
            notRestarted(e);
            throw denied(
                    raftMember.isLost()
                            ? "its log was lost (" + e.getMessage() + "): it returns only as a new member"
                            : "its log cannot be used now (" + e.getMessage() + ")");
        }
        if (seating() != NodeIdentity.Seating.TAKEN) {
            identity.reach(NodeIdentity.Seating.TAKEN, epoch);
        }
    }

    private void begin(int epoch, boolean hadEarlier) throws IOException {
        if (hadEarlier) {
            SeatDirectory.putAside(identity.data());
        }
        identity.reach(NodeIdentity.Seating.BEGINNING, epoch);
        FileTree.delete(settings().directory());
        NodeIdentity own = identity.get();
        RatisQuorum quorum =
                RatisQuorum.join(own.node(), own.quorum(), settings(), raftMember.namespace()::open, transport);
        raftMember.taken(quorum);
        try {
            identity.reach(NodeIdentity.Seating.TAKEN, epoch);
        } catch (IOException e) {
            raftMember.leave();
            throw e;
        }
    }

    /**
     * Leaves the seat, which another node has got: the Raft member stops. The log is kept, because
     * it records this node's votes (rule 8). If the quorum still counts this node, it is like a
     * node that is down until the leader offers the seat again.
     */
    public synchronized void leave(int epoch) {
        SeatReport now = report();
        if (now.epoch() != epoch
                || (now.standing() != SeatReport.Standing.HELD && now.standing() != SeatReport.Standing.STOPPED)) {
            return;
        }
        if (raftMember.leads()) {
            throw denied("it leads");
        }
        try {
            identity.reach(NodeIdentity.Seating.RESTING, epoch);
        } catch (IOException e) {
            throw diskFailed(e);
        }
        raftMember.leave();
        LOG.info("left its seat node={} epoch={}", identity.get().node(), epoch);
    }

    @Override
    public boolean isStopped() {
        return seating() == NodeIdentity.Seating.TAKEN && raftMember.mayRestart();
    }

    @Override
    public boolean hasRoom() {
        return !space.isShort();
    }

    @Override
    public synchronized void restart() {
        if (!isStopped()) {
            return;
        }
        try {
            goOnWithLog();
            LOG.info("seat goes on node={}", identity.get().node());
        } catch (IOException e) {
            notRestarted(e);
        }
    }

    private TrivetException denied(String detail) {
        return TrivetException.of(Refusal.Kind.DENIED, identity.get().node().toString(), detail);
    }

    private TrivetException diskFailed(IOException e) {
        return new TrivetException(
                new Refusal(Refusal.Kind.DISK_FAILED, identity.get().node().toString(), String.valueOf(e.getMessage())),
                e);
    }
}
