package io.trivet.quorum;

import io.trivet.model.Answer;
import io.trivet.model.ClusterId;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Question;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.namespace.LaterReleaseException;
import io.trivet.namespace.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.RaftStorage.StartupOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A master: one voter of the quorum, or one that waits to become it.
 *
 * <p>Its seat belongs to its log (rule 8). The log is formatted only by {@link #found} and {@link #join}; when it is missing, damaged, or older than
 * the state, {@link #restart} refuses, and when it cannot be written the seat ends there and then. The way back is to join as a new member.
 */
public final class RatisQuorum implements Quorum {
    private static final Logger LOG = LoggerFactory.getLogger(RatisQuorum.class);
    private static final Duration CLOSING = Duration.ofSeconds(10);
    private static final int ANSWERING_THREADS = 2;

    private final NodeId self;
    private final Seat seat;
    private final QuorumSettings settings;
    private final NamespaceStateMachine machine;
    private final RaftServer server;
    private final RaftServer.Division division;
    private final Requests requests;
    private final Leadership leadership;
    private final EntryGatherer entries;
    private final QuestionGatherer questions;
    private final ExecutorService telling = Executors.newVirtualThreadPerTaskExecutor();
    private final ExecutorService reading;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean serving;

    private RatisQuorum(
            NodeId self,
            Seat seat,
            StartupOption option,
            List<RaftPeer> voters,
            QuorumSettings settings,
            Function<Store, ReplicatedState> state,
            QuorumTransport transport)
            throws IOException {
        this.self = self;
        this.seat = seat;
        this.settings = settings;
        this.machine = new NamespaceStateMachine(
                settings.directory().resolve("state"),
                new Checkpoints(seat.group()),
                state,
                this::endSeat,
                settings.snapshotBytes(),
                this::checkpointDue);
        RaftGroupId group = RaftGroupId.valueOf(seat.cluster().value());
        this.server = RaftServer.newBuilder()
                .setServerId(RaftPeerId.valueOf(self.toString()))
                .setGroup(RaftGroup.valueOf(group, voters))
                .setOption(option)
                .setStateMachine(machine)
                .setProperties(RatisSettings.of(settings))
                .setParameters(PeerRpc.parameters(transport, settings.electionMax()))
                .build();
        this.division = server.getDivision(group);
        this.requests = new Requests(server, group, settings.deadline(), orHere(telling));
        this.leadership = new Leadership(self, transport, settings.electionMax());
        this.reading = Executors.newFixedThreadPool(
                ANSWERING_THREADS,
                Thread.ofPlatform()
                        .name("quorum-answer-" + self + "-", 0)
                        .daemon()
                        .factory());
        this.entries = new EntryGatherer("quorum-gather-" + self, new Proposing(), settings, orHere(telling));
        this.questions = new QuestionGatherer(new Reading(), settings);
    }

    /** Once the threads are gone, the calling thread does it: nobody is left waiting. */
    private static Executor orHere(ExecutorService threads) {
        return work -> {
            try {
                threads.execute(work);
            } catch (RejectedExecutionException e) {
                work.run();
            }
        };
    }

    /** Begins a new cluster's quorum with this node as its only voter, which leads on return. Refused where there is a log already. */
    public static RatisQuorum found(
            NodeId self,
            ClusterId cluster,
            QuorumSettings settings,
            Function<Store, ReplicatedState> state,
            QuorumTransport transport)
            throws IOException {
        Seat seat = Seat.take(settings.directory(), cluster);
        RatisQuorum quorum = new RatisQuorum(
                self, seat, StartupOption.FORMAT, List.of(Requests.peer(self)), settings, state, transport);
        quorum.start();
        quorum.awaitLead();
        return quorum;
    }

    /** Begins an empty log for a node that the leader will seat as a voter. Until then it serves nothing. Refused where there is a log already. */
    public static RatisQuorum join(
            NodeId self,
            ClusterId cluster,
            QuorumSettings settings,
            Function<Store, ReplicatedState> state,
            QuorumTransport transport)
            throws IOException {
        Seat seat = Seat.take(settings.directory(), cluster);
        RatisQuorum quorum = new RatisQuorum(self, seat, StartupOption.FORMAT, List.of(), settings, state, transport);
        quorum.start();
        return quorum;
    }

    /**
     * Goes on with the log that is there; an {@link IOException} says in plain words when it cannot be trusted. {@code WRONG_VERSION} is thrown where a later
     * release kept it: it is as good as ever, for that release.
     */
    public static RatisQuorum restart(
            NodeId self,
            ClusterId cluster,
            QuorumSettings settings,
            Function<Store, ReplicatedState> state,
            QuorumTransport transport)
            throws IOException {
        Seat seat = Seat.resume(settings.directory(), cluster);
        RatisQuorum quorum = new RatisQuorum(self, seat, StartupOption.RECOVER, List.of(), settings, state, transport);
        quorum.start();
        return quorum;
    }

    private void start() throws IOException {
        try {
            server.start();
            seat.check(division.getRaftLog(), machine);
            entries.start();
            serving = true;
        } catch (IOException | RuntimeException e) {
            close();
            refuseIfLater(e);
            throw e instanceof IOException environment ? environment : new IOException(startFailure(e), e);
        }
    }

    private void refuseIfLater(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof LaterReleaseException later) {
                throw TrivetException.of(
                        Refusal.Kind.WRONG_VERSION,
                        settings.directory().toString(),
                        String.valueOf(later.getMessage()));
            }
        }
    }

    private String startFailure(Exception e) {
        return settings.directory() + ": the quorum's log cannot be used: " + e.getMessage();
    }

    private void awaitLead() throws IOException {
        long deadline = System.nanoTime() + settings.deadline().toNanos();
        try {
            while (!leads()) {
                if (System.nanoTime() - deadline > 0) {
                    close();
                    throw new IOException(settings.directory() + ": the only master did not become the leader");
                }
                Thread.sleep(5);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new IOException("interrupted while the quorum was being founded", e);
        }
    }

    @Override
    public CompletableFuture<Outcome> submit(Operation operation) {
        return entries.submit(operation);
    }

    @Override
    public Answer ask(Question question) {
        return questions.ask(question);
    }

    @Override
    public boolean leads() {
        DivisionInfo info = division.getInfo();
        return serving && info.isAlive() && info.isLeader() && info.isLeaderReady();
    }

    /** Whether its log is in use: it votes if it is a voter. */
    public boolean isAlive() {
        return serving && division.getInfo().isAlive();
    }

    /** Whether the seat is over for good: its log or state failed (rule 8). */
    public boolean isOver() {
        return seat.endReason().isPresent();
    }

    @Override
    public Optional<NodeId> leader() {
        return Optional.ofNullable(division.getInfo().getLeaderId()).map(RatisQuorum::node);
    }

    @Override
    public Set<NodeId> voters() {
        return nodes(division.getRaftConf().getCurrentPeers());
    }

    /** The index of the newest entry of the log; it counts changes of leader and voters too. */
    long lastIndex() {
        return division.getRaftLog().getNextIndex() - 1;
    }

    /** The oldest entry that the log still has. */
    long firstIndex() {
        return division.getRaftLog().getStartIndex();
    }

    /** The newest entry that changed the state. */
    long appliedIndex() {
        return machine.appliedIndex();
    }

    @Override
    public CompletableFuture<Outcome> seat(Set<NodeId> wanted) {
        if (wanted.isEmpty()) {
            throw new IllegalArgumentException("a quorum has at least one voter");
        }
        Optional<Refusal> refusal = cannotLead();
        if (refusal.isPresent()) {
            return refused(refusal.get());
        }
        return requests.seat(voters(), wanted);
    }

    @Override
    public CompletableFuture<Outcome> handOver(NodeId next) {
        return cannotLead().map(RatisQuorum::refused).orElseGet(() -> requests.handOver(next));
    }

    private static CompletableFuture<Outcome> refused(Refusal refusal) {
        return CompletableFuture.completedFuture(new Outcome.Refused(refusal));
    }

    /**
     * Serves a call of another master: what its {@link QuorumTransport} was given. The answer may take a forced write to disk.
     *
     * @throws IOException when the call is not served; the caller need not know why, and calls again
     */
    public byte[] receive(String method, byte[] request) throws IOException {
        if (!serving) {
            throw new IOException(self + " takes no part in the quorum now");
        }
        PeerMethod called = PeerMethod.of(method);
        if (called == PeerMethod.CONFIRM) {
            return confirm(Leadership.Confirm.from(request));
        }
        return PeerRpc.serve(server, machine, called, request);
    }

    /** Yes only if this node has heard of no later term: it cannot have voted for another leader by now. Rule 13: only what is meant for this node. */
    private byte[] confirm(Leadership.Confirm question) {
        DivisionInfo info = division.getInfo();
        boolean follows = question.voter().equals(self)
                && leader().filter(question.leader()::equals).isPresent()
                && info.isAlive()
                && info.getCurrentTerm() == question.term();
        return Leadership.Confirm.answer(follows);
    }

    /** Why this node can serve no caller, as far as it knows. */
    private Optional<Refusal> cannotLead() {
        DivisionInfo info = division.getInfo();
        if (!serving || !info.isAlive()) {
            return Optional.of(seat.trouble().map(Refusals::noQuorum).orElseGet(Refusals::stopping));
        }
        if (!info.isLeader()) {
            return Optional.of(Refusals.elsewhere(leader().filter(node -> !node.equals(self))));
        }
        return Optional.empty();
    }

    /** Rule 8: a log that could not be written, or a state that could not be kept, is not used again; one that is too new for this release is. */
    private void endSeat(Throwable cause) {
        if (cause instanceof LaterReleaseException later) {
            seat.stop(later);
        } else {
            seat.end(cause);
        }
        serving = false;
        Thread.ofPlatform().name("quorum-end-" + self).daemon().start(this::close);
    }

    /** Called by the thread that applies, which is the one that will take the checkpoint: it must not wait for it. */
    private void checkpointDue() {
        if (serving) {
            telling.execute(requests::takeCheckpoint);
        }
    }

    /** Proposes entries to Ratis in this process. */
    private final class Proposing implements EntryGatherer.Proposer {
        @Override
        public EntryGatherer.Standing standing() {
            return cannotLead()
                    .<EntryGatherer.Standing>map(EntryGatherer.Standing.Cannot::new)
                    .orElseGet(() ->
                            leads() ? new EntryGatherer.Standing.Leads() : new EntryGatherer.Standing.GetsReady());
        }

        @Override
        public CompletableFuture<EntryGatherer.Result> propose(Batches.Entry entry) {
            return requests.write(entry, () -> leader().filter(node -> !node.equals(self)));
        }
    }

    /** Reads the local state when it is sure to be current. */
    private final class Reading implements QuestionGatherer.Reader {
        @Override
        public Optional<Refusal> cannot() {
            return cannotLead();
        }

        @Override
        public Optional<Refusal> becomeCurrent(long deadlineNanos) throws InterruptedException {
            if (!awaitReady(deadlineNanos)) {
                return Optional.of(cannotLead().orElseGet(Refusals::notConfirmed));
            }
            DivisionInfo info = division.getInfo();
            long term = info.getCurrentTerm();
            RaftLog log = division.getRaftLog();
            List<Set<NodeId>> voters = voterSets(division.getRaftConf());
            long committed = log.getLastCommittedIndex();
            if (!leadsIn(term)) {
                return Optional.of(Refusals.elsewhere(Optional.empty()));
            }
            boolean current = leadership.confirm(term, voters, deadlineNanos, () -> leadsIn(term))
                    && machine.awaitApplied(committed, deadlineNanos);
            return current ? Optional.empty() : Optional.of(cannotLead().orElseGet(Refusals::notConfirmed));
        }

        private boolean awaitReady(long deadlineNanos) throws InterruptedException {
            while (cannotLead().isEmpty() && System.nanoTime() - deadlineNanos < 0) {
                if (leads()) {
                    return true;
                }
                Thread.sleep(5);
            }
            return false;
        }

        /** A virtual thread would hold its carrier while the store reads: a few of them would leave none for the others. */
        @Override
        public Answer answer(Question question) {
            return Thread.currentThread().isVirtual()
                    ? CompletableFuture.supplyAsync(() -> read(question), orHere(reading))
                            .join()
                    : read(question);
        }

        private Answer read(Question question) {
            try {
                return machine.answer(question);
            } catch (TrivetException e) {
                return new Answer.Refused(e.refusal());
            } catch (IllegalStateException e) {
                return new Answer.Refused(Refusals.stopping());
            } catch (UncheckedIOException e) {
                return new Answer.Refused(new Refusal(
                        Refusal.Kind.DISK_FAILED,
                        self.toString(),
                        Objects.toString(e.getMessage(), "the state cannot be read")));
            }
        }
    }

    /** Ready in this term: what was committed in earlier terms is known to be. */
    private boolean leadsIn(long term) {
        return leads() && division.getInfo().getCurrentTerm() == term;
    }

    private static List<Set<NodeId>> voterSets(RaftConfiguration configuration) {
        Set<NodeId> current = nodes(configuration.getCurrentPeers());
        Set<NodeId> previous = nodes(configuration.getPreviousPeers());
        return previous.isEmpty() ? List.of(current) : List.of(current, previous);
    }

    private static Set<NodeId> nodes(Collection<RaftPeer> peers) {
        return peers.stream().map(RaftPeer::getId).map(RatisQuorum::node).collect(Collectors.toUnmodifiableSet());
    }

    private static NodeId node(RaftPeerId id) {
        return NodeId.parse(id.toString());
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        serving = false;
        entries.close();
        questions.close();
        leadership.close();
        closeServer();
        machine.close();
        telling.shutdown();
        reading.shutdown();
    }

    /** Ratis waits for its threads up to a day. */
    private void closeServer() {
        Thread closing = Thread.ofPlatform()
                .name("quorum-close-" + self)
                .daemon()
                .start(() -> {
                    try {
                        server.close();
                    } catch (IOException | RuntimeException e) {
                        LOG.warn("quorum closed with an error: node={} error={}", self, e.toString());
                    }
                });
        try {
            if (!closing.join(CLOSING)) {
                LOG.warn("quorum not closed in time: node={} limit={}", self, CLOSING);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
