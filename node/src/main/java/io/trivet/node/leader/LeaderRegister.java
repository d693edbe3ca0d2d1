package io.trivet.node.leader;

import io.trivet.model.ChunkId;
import io.trivet.model.FileId;
import io.trivet.model.NodeId;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.RemotePath;
import io.trivet.namespace.ContentPage;
import io.trivet.node.raft.RaftMember;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The local namespace and the nodes, while this master leads. Any thread. */
public final class LeaderRegister implements LeaderView {
    private static final int PAGE = 1000;
    private static final FileId FIRST = new FileId(1, 1);

    private final RaftMember raftMember;
    private final HeartbeatMonitor heartbeatMonitor;
    private final DebtLedger ledger;

    public LeaderRegister(RaftMember raftMember, HeartbeatMonitor heartbeatMonitor, DebtLedger ledger) {
        this.raftMember = raftMember;
        this.heartbeatMonitor = heartbeatMonitor;
        this.ledger = ledger;
    }

    @Override
    public Optional<Situation> situation() {
        if (!raftMember.leads() || !(raftMember.ask(new Query.View()) instanceof QueryResult.View(var view))) {
            return Optional.empty();
        }
        List<ObservedNode> nodes = heartbeatMonitor.witnesses(view);
        Set<NodeId> present = nodes.stream()
                .filter(ObservedNode::present)
                .map(ObservedNode::node)
                .collect(Collectors.toSet());
        return Optional.of(new Situation(ledger.event(view, nodes), view, present));
    }

    @Override
    public Page contents(@Nullable FileId from) {
        ContentPage page = raftMember.leadingNamespace().wanted(from == null ? FIRST : from, PAGE);
        return new Page(page.contents(), page.next());
    }

    @Override
    public Optional<RemotePath> nameOf(FileId file) {
        return raftMember.leadingNamespace().pathOf(file);
    }

    @Override
    public boolean isInFile(ChunkId chunk) {
        return raftMember.leadingNamespace().isInFile(chunk);
    }
}
