package io.trivet.quorum;

import io.trivet.model.ClusterId;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.namespace.LaterReleaseException;
import io.trivet.namespace.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
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
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A master: one voter of the quorum, or one that waits to become it.
 *
 * <p>Its seat belongs to its log (rule 8). The log is formatted only by {@link #found} and {@link
 * #join}; when it is missing, damaged, or older than the state, {@link #restart} refuses, and when
 * it cannot be forced to disk the seat ends there and then. The way back is to join as a new
 * member. A master that stopped for another reason, as on a full disk, keeps its seat: {@link
 * #mayRestart}.
 */
public final class RatisQuorum implements Quorum {
    private static final Logger LOG = LoggerFactory.getLogger(RatisQuorum.class);
    private static final Duration CLOSING = Duration.ofSeconds(10);
    private static final int ANSWERING_THREADS = 2;

    private final NodeId self;
    private final VotingRight votingRight;
    private final QuorumSettings settings;
    private final DurableNames names;
    private final QuorumTransport transport;
    private final NamespaceStateMachine machine;
    private final RaftServer server;
    private final RaftServer.Division division;
    private final RatisCalls ratisCalls;
    private final LeadershipCheck leadershipCheck;
    private final LogRecovery logRecovery;
    private final ProposalBatcher entries;
    private final ReadBatcher questions;
    private final LogSpace space;
    private final ExecutorService telling = Executors.newVirtualThreadPerTaskExecutor();
    private final ExecutorService reading;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicBoolean failing = new AtomicBoolean();
    private volatile boolean serving;

    private RatisQuorum(
            NodeId self,
            VotingRight votingRight,
            Incarnation incarnation,
            StartupOption option,
            List<RaftPeer> voters,
            QuorumSettings settings,
            Function<Store, ReplicatedState> state,
            QuorumTransport transport)
            throws IOException {
        RocksLibrary.load(settings.directory());
        this.self = self;
        this.votingRight = votingRight;
        this.settings = settings;
        this.names = new DurableNames(votingRight.current());
        this.transport = transport;
        this.machine = new NamespaceStateMachine(
                settings.directory().resolve("state"),
                new CheckpointStore(votingRight.group()),
                names,
                state,
                this::failed,
                settings.snapshotBytes(),
                this::checkpointDue,
                this::mayReachDisk);
        RaftGroupId group = RaftGroupId.valueOf(votingRight.cluster().value());
        this.server = RaftServer.newBuilder()
                .setServerId(RaftPeerId.valueOf(self.toString()))
                .setGroup(RaftGroup.valueOf(group, voters))
                .setOption(option)
                .setStateMachine(machine)
                .setProperties(RatisSettings.of(settings))
                .setParameters(PeerRpc.parameters(this::speak, settings.electionMax(), names))
                .build();
        this.division = server.getDivision(group);
        this.ratisCalls = new RatisCalls(server, group, settings.deadline(), orHere(telling));
        this.leadershipCheck = new LeadershipCheck(self, this::speak, settings.electionMax());
        this.logRecovery = new LogRecovery(
                self,
                transport,
                settings.electionMax(),
                incarnation,
                new PeerRecords(settings.directory(), System::nanoTime),
                new ForcedMark(settings.directory(), System::nanoTime),
                new OwnLog(division, machine),
                this::letLead,
                option == StartupOption.FORMAT);
        this.reading = Executors.newFixedThreadPool(
                ANSWERING_THREADS,
                Thread.ofPlatform()
                        .name("quorum-answer-" + self + "-", 0)
                        .daemon()
                        .factory());
        this.entries = new ProposalBatcher("quorum-gather-" + self, new Proposing(), settings, orHere(telling));
        this.questions = new ReadBatcher(new Reading(), settings);
        this.space = LogSpace.of(settings.directory());
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

    /**
     * Begins a new cluster's quorum with this node as its only voter, which leads on return.
     * Refused where there is a log already.
     */
    public static RatisQuorum found(
            NodeId self,
            ClusterId cluster,
            QuorumSettings settings,
            Function<Store, ReplicatedState> state,
            QuorumTransport transport)
            throws IOException {
        VotingRight votingRight = VotingRight.take(settings.directory(), cluster);
        RatisQuorum quorum = new RatisQuorum(
                self,
                votingRight,
                Incarnation.first(settings.directory()),
                StartupOption.FORMAT,
                List.of(RatisCalls.peer(self)),
                settings,
                state,
                transport);
        quorum.start();
        quorum.awaitLead();
        return quorum;
    }

    /**
     * Begins an empty log for a node that the leader will seat as a voter. Until then it serves
     * nothing. Refused where there is a log already.
     */
    public static RatisQuorum join(
            NodeId self,
            ClusterId cluster,
            QuorumSettings settings,
            Function<Store, ReplicatedState> state,
            QuorumTransport transport)
            throws IOException {
        VotingRight votingRight = VotingRight.take(settings.directory(), cluster);
        Incarnation first = Incarnation.first(settings.directory());
        RatisQuorum quorum =
                new RatisQuorum(self, votingRight, first, StartupOption.FORMAT, List.of(), settings, state, transport);
        quorum.start();
        return quorum;
    }

    /**
     * Goes on with the log that is there; an {@link IOException} says in plain words when it cannot
     * be trusted. {@code WRONG_VERSION} is thrown where a later release kept it: it is as good as
     * ever, for that release.
     */
    public static RatisQuorum restart(
            NodeId self,
            ClusterId cluster,
            QuorumSettings settings,
            Function<Store, ReplicatedState> state,
            QuorumTransport transport)
            throws IOException {
        VotingRight votingRight = VotingRight.resume(settings.directory(), cluster);
        Incarnation next = Incarnation.next(settings.directory());
        RatisQuorum quorum =
                new RatisQuorum(self, votingRight, next, StartupOption.RECOVER, List.of(), settings, state, transport);
        quorum.start();
        return quorum;
    }

    /** Why {@link #restart} will refuse for good, as far as can be seen without opening the log. Changes nothing. */
    public static Optional<String> lostLog(Path directory, ClusterId cluster) throws IOException {
        return VotingRight.lost(directory, cluster);
    }

    private void start() throws IOException {
        try {
            server.start();
            votingRight.forceNames();
            votingRight.check(division.getRaftLog(), machine);
            votingRight.goOn();
            entries.start();
            serving = true;
            logRecovery.start();
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
        return LogSpace.isGrowth(operation.command())
                        && space.isShort()
                        && cannotLead().isEmpty()
                ? refused(QuorumErrors.shortOfRoom(self))
                : entries.submit(operation);
    }

    @Override
    public QueryResult ask(Query query) {
        return questions.ask(query);
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

    /**
     * Whether its log may vote and vouch for entries: it has all that it ever acknowledged, as far
     * as the other masters know.
     */
    public boolean isSettled() {
        return logRecovery.state() instanceof LogRecovery.State.Settled;
    }

    /** Why it does not vote now, for a person; empty where nothing keeps it. */
    public Optional<String> trouble() {
        if (!isAlive()) {
            return Optional.of(votingRight.trouble().orElse("its part in the quorum has stopped"));
        }
        return isSettled()
                ? Optional.empty()
                : Optional.of("it compares its log with those of the other masters before it votes");
    }

    /** Whether the seat is over for good: its log failed (rule 8). */
    public boolean isOver() {
        return votingRight.endReason().isPresent();
    }

    /**
     * Whether it has stopped, and {@link #restart} may help: its log is sound as far as anybody
     * knows, and this release can read it.
     */
    public boolean mayRestart() {
        return !isAlive() && votingRight.mayGoOn();
    }

    /**
     * Whether {@link #restart} failed for a reason that may pass, such as a full disk, which says
     * nothing about the log.
     */
    public static boolean mayPass(IOException failure) {
        return FailureKind.mayPass(failure);
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

    /** What it is to those who watch it. Cheap; asks nobody. */
    public QuorumReport report() {
        DivisionInfo info = division.getInfo();
        return new QuorumReport(
                leads(),
                voters().size(),
                info.getCurrentTerm(),
                lastIndex(),
                division.getRaftLog().getLastCommittedIndex(),
                info.getLastAppliedIndex(),
                machine.leaderChanges());
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
        return ratisCalls.seat(voters(), wanted);
    }

    @Override
    public CompletableFuture<Outcome> handOver(NodeId next) {
        return cannotLead().map(RatisQuorum::refused).orElseGet(() -> ratisCalls.handOver(next));
    }

    private void letLead(NodeId next) {
        if (leads()) {
            LOG.info("hands over from={} to={}: a master that was put back gets from it what it lacks", self, next);
            var _ = ratisCalls.handOver(next);
        }
    }

    private static CompletableFuture<Outcome> refused(Refusal refusal) {
        return CompletableFuture.completedFuture(new Outcome.Refused(refusal));
    }

    /**
     * Serves a call of another master: what its {@link QuorumTransport} was given. The answer may
     * take a forced write to disk.
     *
     * @throws IOException when the call is not served; the caller need not know why, and calls
     *     again
     */
    public byte[] receive(String method, byte[] request) throws IOException {
        if (!serving) {
            throw new IOException(self + " takes no part in the quorum now");
        }
        PeerMethod called = PeerMethod.of(method);
        return switch (called) {
            case CONFIRM -> confirm(LeadershipCheck.Confirm.from(request));
            case RECALL -> logRecovery.answer(PeerRecall.from(request));
            case VOTE, APPEND, INSTALL, ELECT -> PeerRpc.serve(server, names, logRecovery, called, request);
        };
    }

    /** Calls another master, unless this one's log must not speak yet. */
    private byte[] speak(NodeId peer, String method, byte[] request, Duration deadline) throws IOException {
        logRecovery.checkSpeaks();
        return transport.call(peer, method, request, deadline);
    }

    /**
     * Yes only if this node has heard of no later term: it cannot have voted for another leader by
     * now. Rule 13: only what is meant for this node.
     */
    private byte[] confirm(LeadershipCheck.Confirm question) throws IOException {
        logRecovery.checkFollows(question.leader(), question.term());
        DivisionInfo info = division.getInfo();
        boolean follows = question.voter().equals(self)
                && leader().filter(question.leader()::equals).isPresent()
                && info.isAlive()
                && info.getCurrentTerm() == question.term();
        return LeadershipCheck.Confirm.answer(follows);
    }

    /** Why this node can serve no caller, as far as it knows. */
    private Optional<Refusal> cannotLead() {
        DivisionInfo info = division.getInfo();
        if (!serving || !info.isAlive()) {
            return Optional.of(votingRight.trouble().map(QuorumErrors::noQuorum).orElseGet(QuorumErrors::stopping));
        }
        if (!info.isLeader()) {
            return Optional.of(QuorumErrors.elsewhere(leader().filter(node -> !node.equals(self))));
        }
        return Optional.empty();
    }

    /**
     * Rule 8: a log that may not say what this master vouched for is not used again; every other
     * one is, when what failed is mended.
     */
    private void failed(Throwable cause) {
        boolean first = failing.compareAndSet(false, true) && !closed.get();
        if (first || FailureKind.isFailedForce(cause)) {
            votingRight.failed(cause);
        }
        if (first) {
            serving = false;
            Thread.ofPlatform().name("quorum-end-" + self).daemon().start(this::close);
        }
    }

    /** Called by the thread that applies, which is the one that will take the checkpoint: it must not wait for it. */
    private void checkpointDue() {
        if (serving) {
            telling.execute(ratisCalls::takeCheckpoint);
        }
    }

    private boolean mayReachDisk(long index) {
        return serving && division.getRaftLog().getFlushIndex() >= index && !space.isShort();
    }

    /** Proposes entries to Ratis in this process. */
    private final class Proposing implements ProposalBatcher.Proposer {
        @Override
        public ProposalBatcher.Standing standing() {
            return cannotLead()
                    .<ProposalBatcher.Standing>map(ProposalBatcher.Standing.Cannot::new)
                    .orElseGet(() ->
                            leads() ? new ProposalBatcher.Standing.Leads() : new ProposalBatcher.Standing.GetsReady());
        }

        @Override
        public CompletableFuture<ProposalBatcher.Result> propose(LogEntryCodec.Entry entry) {
            return ratisCalls.write(entry, () -> leader().filter(node -> !node.equals(self)));
        }
    }

    /** Reads the local state when it is sure to be current. */
    private final class Reading implements ReadBatcher.Reader {
        @Override
        public Optional<Refusal> cannot() {
            return cannotLead();
        }

        @Override
        public Optional<Refusal> becomeCurrent(long deadlineNanos) throws InterruptedException {
            if (!awaitReady(deadlineNanos)) {
                return Optional.of(cannotLead().orElseGet(QuorumErrors::notConfirmed));
            }
            DivisionInfo info = division.getInfo();
            long term = info.getCurrentTerm();
            RaftLog log = division.getRaftLog();
            List<Set<NodeId>> voters = voterSets(division.getRaftConf());
            long committed = log.getLastCommittedIndex();
            if (!leadsIn(term)) {
                return Optional.of(QuorumErrors.elsewhere(Optional.empty()));
            }
            boolean current = leadershipCheck.confirm(term, voters, deadlineNanos, () -> leadsIn(term))
                    && machine.awaitApplied(committed, deadlineNanos);
            return current ? Optional.empty() : Optional.of(cannotLead().orElseGet(QuorumErrors::notConfirmed));
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

        /**
         * A virtual thread would hold its carrier while the store reads: a few of them would leave
         * none for the others.
         */
        @Override
        public QueryResult answer(Query query) {
            return Thread.currentThread().isVirtual()
                    ? CompletableFuture.supplyAsync(() -> read(query), orHere(reading))
                            .join()
                    : read(query);
        }

        private QueryResult read(Query query) {
            try {
                return machine.answer(query);
            } catch (TrivetException e) {
                return new QueryResult.Refused(e.refusal());
            } catch (IllegalStateException e) {
                return new QueryResult.Refused(QuorumErrors.stopping());
            } catch (UncheckedIOException e) {
                if (FailureKind.isDamage(e)) {
                    machine.condemnIfDamaged(e);
                    failed(e);
                }
                return new QueryResult.Refused(new Refusal(
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

    /** Waits where another thread closes it: on return its log may be opened again, unless Ratis takes too long. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            try {
                end();
            } finally {
                ended.countDown();
            }
        } else {
            awaitEnd();
        }
    }

    private void awaitEnd() {
        try {
            if (!ended.await(CLOSING.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("quorum is still being closed node={}", self);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void end() {
        serving = false;
        entries.close();
        questions.close();
        leadershipCheck.close();
        logRecovery.close();
        closeServer();
        machine.close();
        telling.shutdown();
        reading.shutdown();
    }

    /** Ratis waits for its threads up to a day, or, where it is closing itself already, not at all. */
    private void closeServer() {
        Thread closing =
                Thread.ofPlatform().name("quorum-close-" + self).daemon().start(this::closeDivision);
        try {
            if (!closing.join(CLOSING)) {
                LOG.warn("quorum not closed in time: node={} limit={}", self, CLOSING);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeDivision() {
        try {
            server.close();
            while (division.getInfo().getLifeCycleState() == LifeCycle.State.CLOSING) {
                Thread.sleep(5);
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("quorum closed with an error: node={} error={}", self, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
