package io.trivet.quorum;

import io.trivet.model.NodeId;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.statemachine.SnapshotInfo;

/** Ratis's log as {@link LogRecovery} sees it. What was purged from it is in a checkpoint. */
record OwnLog(RaftServer.Division division, NamespaceStateMachine machine) implements LogRecovery.Log {
    private static final TermIndex NOTHING = TermIndex.valueOf(0, -1);

    @Override
    public TermIndex end() {
        TermIndex last = division.getRaftLog().getLastEntryTermIndex();
        TermIndex covered = checkpoint();
        return last != null && last.compareTo(covered) > 0 ? last : covered;
    }

    @Override
    public TermIndex acknowledged() {
        RaftLog log = division.getRaftLog();
        TermIndex durable = log.getTermIndex(Math.min(log.getFlushIndex(), log.getLastCommittedIndex()));
        return durable == null ? checkpoint() : durable;
    }

    private TermIndex checkpoint() {
        return Optional.ofNullable(machine.getLatestSnapshot())
                .map(SnapshotInfo::getTermIndex)
                .orElse(NOTHING);
    }

    @Override
    public long term() {
        return division.getInfo().getCurrentTerm();
    }

    @Override
    public Set<NodeId> voters() {
        RaftConfiguration configuration = division.getRaftConf();
        Set<NodeId> voters = new HashSet<>(nodes(configuration.getCurrentPeers()));
        voters.addAll(nodes(configuration.getPreviousPeers()));
        return voters;
    }

    private static Set<NodeId> nodes(Collection<RaftPeer> peers) {
        Set<NodeId> nodes = new HashSet<>();
        peers.forEach(peer -> nodes.add(NodeId.parse(peer.getId().toString())));
        return nodes;
    }
}
