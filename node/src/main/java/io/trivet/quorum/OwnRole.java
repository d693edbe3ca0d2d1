package io.trivet.quorum;

import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;

/**
 * The current role of this master in the quorum: whether it serves and leads, and which node does
 * otherwise. Any thread.
 */
final class OwnRole {
    private final NodeId self;
    private final RaftServer.Division division;
    private final VotingRight votingRight;
    private volatile boolean serving;

    OwnRole(NodeId self, RaftServer.Division division, VotingRight votingRight) {
        this.self = self;
        this.division = division;
        this.votingRight = votingRight;
    }

    /** Called when its log and state were found sound. */
    void serve() {
        serving = true;
    }

    /** From now on this master does not serve. */
    void stop() {
        serving = false;
    }

    boolean isServing() {
        return serving;
    }

    boolean isAlive() {
        return serving && division.getInfo().isAlive();
    }

    boolean leads() {
        DivisionInfo info = division.getInfo();
        return serving && info.isAlive() && info.isLeader() && info.isLeaderReady();
    }

    /** Whether it leads in this term and has applied everything committed in earlier terms. */
    boolean leadsIn(long term) {
        return leads() && term() == term;
    }

    long term() {
        return division.getInfo().getCurrentTerm();
    }

    Optional<NodeId> leader() {
        return Optional.ofNullable(division.getInfo().getLeaderId()).map(OwnRole::node);
    }

    /** The leader, if it is not this master. */
    Optional<NodeId> otherLeader() {
        return leader().filter(node -> !node.equals(self));
    }

    /** Whether it follows this leader in this term, and so has heard of no later one. */
    boolean follows(NodeId leader, long term) {
        DivisionInfo info = division.getInfo();
        return leader().filter(leader::equals).isPresent() && info.isAlive() && info.getCurrentTerm() == term;
    }

    /** {@code leaderChanges}: how often this master heard of a new leader since it started. */
    QuorumReport report(long leaderChanges) {
        DivisionInfo info = division.getInfo();
        return new QuorumReport(
                leads(),
                voters().size(),
                info.getCurrentTerm(),
                division.getRaftLog().getNextIndex() - 1,
                division.getRaftLog().getLastCommittedIndex(),
                info.getLastAppliedIndex(),
                leaderChanges);
    }

    Set<NodeId> voters() {
        return nodes(division.getRaftConf().getCurrentPeers());
    }

    /** The voters; two sets while the voters change, and then a majority of each counts. */
    List<Set<NodeId>> voterSets() {
        RaftConfiguration configuration = division.getRaftConf();
        Set<NodeId> current = nodes(configuration.getCurrentPeers());
        Set<NodeId> previous = nodes(configuration.getPreviousPeers());
        return previous.isEmpty() ? List.of(current) : List.of(current, previous);
    }

    /** Why this node cannot lead, as far as it knows; empty if it leads. */
    Optional<Refusal> cannotLead() {
        DivisionInfo info = division.getInfo();
        if (!serving || !info.isAlive()) {
            return Optional.of(votingRight.trouble().map(QuorumErrors::noQuorum).orElseGet(QuorumErrors::stopping));
        }
        if (!info.isLeader()) {
            return Optional.of(QuorumErrors.elsewhere(otherLeader()));
        }
        return Optional.empty();
    }

    private static Set<NodeId> nodes(Collection<RaftPeer> peers) {
        return peers.stream().map(RaftPeer::getId).map(OwnRole::node).collect(Collectors.toUnmodifiableSet());
    }

    private static NodeId node(RaftPeerId id) {
        return NodeId.parse(id.toString());
    }
}
