package io.trivet.node.data;

import io.trivet.file.AtomicFile;
import io.trivet.model.ClusterView;
import io.trivet.model.FileRecord;
import io.trivet.model.NameEntry;
import io.trivet.model.NodeId;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import io.trivet.node.cluster.KnownCluster;
import io.trivet.node.identity.LossEpoch;
import io.trivet.node.raft.RaftMember;
import io.trivet.repair.RepairContext;
import io.trivet.wire.Connector;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives repair access to its node. Any thread. */
public final class RepairSurroundings implements RepairContext {
    private static final Logger LOG = LoggerFactory.getLogger(RepairSurroundings.class);
    private static final Duration ASK_LIMIT = Duration.ofSeconds(15);

    /** Short, because an operator waits for the answer. */
    private static final Duration SIZES_LIMIT = Duration.ofSeconds(3);

    private final NodeId self;
    private final RaftMember raftMember;
    private final KnownCluster cluster;
    private final Connector connector;
    private final TransferPool threads;
    private final LossEpoch lossEpoch;
    private final Path wasHome;
    private volatile boolean marked;

    public RepairSurroundings(
            NodeId self,
            Path data,
            RaftMember raftMember,
            KnownCluster cluster,
            Connector connector,
            TransferPool threads,
            LossEpoch lossEpoch) {
        this.self = self;
        this.raftMember = raftMember;
        this.cluster = cluster;
        this.connector = connector;
        this.threads = threads;
        this.lossEpoch = lossEpoch;
        this.wasHome = data.resolve("was-home");
        this.marked = Files.exists(wasHome);
    }

    @Override
    public NodeId self() {
        return self;
    }

    @Override
    public Optional<ClusterView> view() {
        return cluster.view();
    }

    @Override
    public ClusterView newestView() {
        Query view = new Query.View();
        return switch (raftMember.leads() ? raftMember.ask(view) : askLeader(view)) {
            case QueryResult.View(ClusterView newest) -> newest;
            case QueryResult.Refused(var refusal) -> throw new TrivetException(refusal);
            case QueryResult other -> throw TrivetException.of(Refusal.Kind.BAD_REQUEST, "", "not a view: " + other);
        };
    }

    @Override
    public Optional<FileRecord> record(RemotePath path) {
        Query lookup = new Query.Lookup(path);
        return switch (raftMember.leads() ? raftMember.ask(lookup) : askLeader(lookup)) {
            case QueryResult.Found(NameEntry.File file) -> Optional.of(file.record());
            case QueryResult.Found _ -> Optional.empty();
            case QueryResult.Refused(var refusal)
            when refusal.kind() == Refusal.Kind.NO_SUCH_FILE || refusal.kind() == Refusal.Kind.NOT_A_DIRECTORY ->
                Optional.empty();
            case QueryResult.Refused(var refusal) -> throw new TrivetException(refusal);
            case QueryResult other -> throw TrivetException.of(Refusal.Kind.BAD_REQUEST, "", "not a file: " + other);
        };
    }

    private QueryResult askLeader(Query query) {
        NodeId leader = raftMember
                .leader()
                .orElseThrow(() -> TrivetException.of(Refusal.Kind.NO_QUORUM, "", "no leader is known: ask again"));
        return ask(leader, new Request.Ask(query), ASK_LIMIT) instanceof Reply.AnswerOf(QueryResult queryResult)
                ? queryResult
                : new QueryResult.Refused(new Refusal(Refusal.Kind.BAD_REQUEST, leader.toString(), "not an answer"));
    }

    @Override
    public long event() {
        return cluster.event();
    }

    @Override
    public Reply ask(NodeId node, Request request, Duration limit) {
        return connector.call(cluster.address(node), new RequestEnvelope(node, request), limit);
    }

    /** What a node holds in these slots; empty if it does not answer. */
    public Reply.Digests digests(NodeId node, Request.GetDigests slots) {
        try {
            return ask(node, slots, SIZES_LIMIT) instanceof Reply.Digests digests
                    ? digests
                    : new Reply.Digests(List.of());
        } catch (TrivetException e) {
            LOG.info("no sizes node={} cause=\"{}\"", node, e.getMessage());
            return new Reply.Digests(List.of());
        }
    }

    @Override
    public boolean usersAreActive() {
        return threads.usersAreActive();
    }

    @Override
    public void lost(String what) {
        lossEpoch.raise(what);
    }

    /** Whether a layout ever named this node; kept on disk from the first time on. */
    public boolean wasHome() {
        if (!marked && view().filter(this::isHomeIn).isPresent()) {
            try {
                AtomicFile.write(wasHome, "in a layout once\n");
                marked = true;
            } catch (IOException e) {
                LOG.warn("not kept file={} cause=\"{}\"", wasHome, e.toString());
            }
        }
        return marked;
    }

    private boolean isHomeIn(ClusterView view) {
        return !view.layouts().isEmpty() && view.layout().nodes().contains(self);
    }
}
