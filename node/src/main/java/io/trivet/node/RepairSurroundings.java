package io.trivet.node;

import io.trivet.model.Answer;
import io.trivet.model.ClusterView;
import io.trivet.model.Entry;
import io.trivet.model.FileRecord;
import io.trivet.model.NodeId;
import io.trivet.model.Question;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import io.trivet.repair.Surroundings;
import io.trivet.wire.Addressed;
import io.trivet.wire.Connector;
import io.trivet.wire.Reply;
import io.trivet.wire.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The node around its repair. Any thread. */
final class RepairSurroundings implements Surroundings {
    private static final Logger LOG = LoggerFactory.getLogger(RepairSurroundings.class);
    private static final Duration ASK_LIMIT = Duration.ofSeconds(15);

    /** An operator waits for the answer. */
    private static final Duration SIZES_LIMIT = Duration.ofSeconds(3);

    private final NodeId self;
    private final Seat seat;
    private final KnownCluster cluster;
    private final Connector connector;
    private final TransferThreads threads;
    private final LossEpoch lossEpoch;
    private final Path wasHome;
    private volatile boolean marked;

    RepairSurroundings(
            NodeId self,
            Path data,
            Seat seat,
            KnownCluster cluster,
            Connector connector,
            TransferThreads threads,
            LossEpoch lossEpoch) {
        this.self = self;
        this.seat = seat;
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
        Question view = new Question.View();
        return switch (seat.leads() ? seat.ask(view) : askLeader(view)) {
            case Answer.View(ClusterView newest) -> newest;
            case Answer.Refused(var refusal) -> throw new TrivetException(refusal);
            case Answer other -> throw TrivetException.of(Refusal.Kind.BAD_REQUEST, "", "not a view: " + other);
        };
    }

    @Override
    public Optional<FileRecord> record(RemotePath path) {
        Question lookup = new Question.Lookup(path);
        return switch (seat.leads() ? seat.ask(lookup) : askLeader(lookup)) {
            case Answer.Found(Entry.File file) -> Optional.of(file.record());
            case Answer.Found _ -> Optional.empty();
            case Answer.Refused(var refusal)
            when refusal.kind() == Refusal.Kind.NO_SUCH_FILE || refusal.kind() == Refusal.Kind.NOT_A_DIRECTORY ->
                Optional.empty();
            case Answer.Refused(var refusal) -> throw new TrivetException(refusal);
            case Answer other -> throw TrivetException.of(Refusal.Kind.BAD_REQUEST, "", "not a file: " + other);
        };
    }

    private Answer askLeader(Question question) {
        NodeId leader = seat.leader()
                .orElseThrow(() -> TrivetException.of(Refusal.Kind.NO_QUORUM, "", "no leader is known: ask again"));
        return ask(leader, new Request.Ask(question), ASK_LIMIT) instanceof Reply.AnswerOf(Answer answer)
                ? answer
                : new Answer.Refused(new Refusal(Refusal.Kind.BAD_REQUEST, leader.toString(), "not an answer"));
    }

    @Override
    public long event() {
        return cluster.event();
    }

    @Override
    public Reply ask(NodeId node, Request request, Duration limit) {
        return connector.call(cluster.address(node), new Addressed(node, request), limit);
    }

    /** What a node holds in these slots; of none where it does not answer. */
    Reply.Digests digests(NodeId node, Request.GetDigests slots) {
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
    boolean wasHome() {
        if (!marked && view().filter(this::isHomeIn).isPresent()) {
            try {
                DurableFile.write(wasHome, "in a layout once\n");
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
