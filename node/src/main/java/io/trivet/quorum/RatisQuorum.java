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
import io.trivet.namespace.StateMachine;
import io.trivet.namespace.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage.StartupOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A master: a voter of the quorum, or a node that waits to become one.
 *
 * <p>Its seat belongs to its log (rule 8). Only {@link #found} and {@link #join} format the log. If
 * it is missing, damaged, or older than the state, {@link #restart} refuses; if it cannot be forced
 * to disk, the seat ends at once. The node must then join as a new member. A master that stopped
 * for another reason, such as a full disk, keeps its seat: {@link #mayRestart}.
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
    private final OwnRole role;
    private final RatisCalls ratisCalls;
    private final LeadershipCheck leadershipCheck;
    private final LogRecovery logRecovery;
    private final ProposalBatcher entries;
    private final ReadBatcher questions;
    private final LogSpace space;
    private final AtomicReference<Optional<NodeId>> shortMaster = new AtomicReference<>(Optional.empty());
    private final ExecutorService telling = Executors.newVirtualThreadPerTaskExecutor();
    private final ExecutorService reading;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicBoolean failing = new AtomicBoolean();

    private RatisQuorum(
            NodeId self,
            VotingRight votingRight,
            Incarnation incarnation,
            StartupOption option,
            List<RaftPeer> voters,
            QuorumSettings settings,
            Function<Store, StateMachine> state,
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
                settings.log().snapshotBytes(),
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
        this.role = new OwnRole(self, division, votingRight);
        this.ratisCalls = new RatisCalls(server, group, settings.deadline(), orHere(telling));
        this.leadershipCheck = new LeadershipCheck(self, this::speak, settings.electionMax());
        this.logRecovery = new LogRecovery(
                self,
                transport,
                settings.electionMax(),
                LogRecovery.Memory.in(settings.directory(), incarnation),
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
        this.questions = new ReadBatcher(
                new LeaderReads(self, role, division, machine, leadershipCheck, orHere(reading), this::failed),
                settings);
        this.space = LogSpace.of(settings.directory());
    }

    /**
     * Runs work on the calling thread once the threads have ended, so that no caller waits for
     * ever.
     */
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
     * Refused if there is a log already.
     */
    public static RatisQuorum found(
            NodeId self,
            ClusterId cluster,
            QuorumSettings settings,
            Function<Store, StateMachine> state,
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
     * Begins an empty log for a node that the leader will make a voter. Until then it serves
     * nothing. Refused if there is a log already.
     */
    public static RatisQuorum join(
            NodeId self,
            ClusterId cluster,
            QuorumSettings settings,
            Function<Store, StateMachine> state,
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
     * Continues with the existing log. Throws {@link IOException}, for a person, if the log cannot
     * be trusted, and {@code WRONG_VERSION} if a later release kept it, for which it is still
     * sound.
     */
    public static RatisQuorum restart(
            NodeId self,
            ClusterId cluster,
            QuorumSettings settings,
            Function<Store, StateMachine> state,
            QuorumTransport transport)
            throws IOException {
        VotingRight votingRight = VotingRight.resume(settings.directory(), cluster);
        Incarnation next = Incarnation.next(settings.directory());
        RatisQuorum quorum =
                new RatisQuorum(self, votingRight, next, StartupOption.RECOVER, List.of(), settings, state, transport);
        quorum.start();
        return quorum;
    }

    /**
     * Why {@link #restart} will always refuse, as far as can be seen without opening the log.
     * Changes nothing.
     */
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
            role.serve();
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
        Optional<NodeId> stops = LogSpace.isGrowth(operation.command()) ? stopsGrowth() : Optional.empty();
        return stops.isPresent() ? refused(QuorumErrors.shortOfRoom(stops.get())) : entries.submit(operation);
    }

    /** The master whose log is short of room, so that the namespace must not grow; empty if it may. */
    private Optional<NodeId> stopsGrowth() {
        if (role.cannotLead().isPresent()) {
            return Optional.empty();
        }
        return space.isShort() ? Optional.of(self) : shortMaster.get();
    }

    /**
     * Refuses commands that make the namespace grow while this master leads, because too few others
     * have room for their logs: this one is short of it. Accepts them again if empty.
     */
    public void pauseGrowth(Optional<NodeId> shortOfRoom) {
        shortMaster.set(shortOfRoom);
    }

    @Override
    public List<CompletableFuture<Outcome>> submitAll(List<Operation> operations) {
        return stopsGrowth().isPresent()
                ? operations.stream().map(this::submit).toList()
                : entries.submitAll(operations);
    }

    @Override
    public QueryResult ask(Query query) {
        return questions.ask(query);
    }

    @Override
    public boolean leads() {
        return role.leads();
    }

    /** Whether its log is in use: it votes if it is a voter. */
    public boolean isAlive() {
        return role.isAlive();
    }

    /**
     * Whether its log may vote and acknowledge entries: it has everything that it ever
     * acknowledged, as far as the other masters know.
     */
    public boolean isSettled() {
        return logRecovery.state() instanceof LogRecovery.State.Settled;
    }

    /** Why it does not vote now, for a person; empty if it can vote. */
    public Optional<String> trouble() {
        if (!isAlive()) {
            return Optional.of(votingRight.trouble().orElse("its part in the quorum has stopped"));
        }
        return isSettled()
                ? Optional.empty()
                : Optional.of("it compares its log with those of the other masters before it votes");
    }

    /** Whether the seat has ended: its log failed (rule 8). */
    public boolean isOver() {
        return votingRight.endReason().isPresent();
    }

    /**
     * Whether it has stopped and {@link #restart} may help: its log is sound as far as known, and
     * this release can read it.
     */
    public boolean mayRestart() {
        return !isAlive() && votingRight.mayGoOn();
    }

    /**
     * Whether {@link #restart} failed for a temporary reason, such as a full disk, which says
     * nothing about the log.
     */
    public static boolean mayPass(IOException failure) {
        return FailureKind.mayPass(failure);
    }

    @Override
    public Optional<NodeId> leader() {
        return role.leader();
    }

    @Override
    public Set<NodeId> voters() {
        return role.voters();
    }

    /** The index of the newest log entry; changes of leader and voters count too. */
    long lastIndex() {
        return division.getRaftLog().getNextIndex() - 1;
    }

    /** Its state for monitoring. Cheap: no other node is asked. */
    public QuorumReport report() {
        return role.report(machine.leaderChanges());
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
        Optional<Refusal> refusal = role.cannotLead();
        if (refusal.isPresent()) {
            return refused(refusal.get());
        }
        return ratisCalls.seat(voters(), wanted);
    }

    @Override
    public CompletableFuture<Outcome> handOver(NodeId next) {
        return role.cannotLead().map(RatisQuorum::refused).orElseGet(() -> ratisCalls.handOver(next));
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
     * Serves a call that another master sent with its {@link QuorumTransport}. May force writes to
     * disk before it returns.
     *
     * @throws IOException if the call is not served; the caller repeats it, whatever the reason
     */
    public byte[] receive(String method, byte[] request) throws IOException {
        if (!role.isServing()) {
            throw new IOException(self + " takes no part in the quorum now");
        }
        PeerMethod called = PeerMethod.of(method);
        return switch (called) {
            case CONFIRM -> confirm(LeadershipCheck.Confirm.from(request));
            case RECALL -> logRecovery.answer(PeerRecall.from(request));
            case VOTE, APPEND, INSTALL, ELECT -> PeerRpc.serve(server, names, logRecovery, called, request);
        };
    }

    /** Calls another master, unless this one's log may not vote yet. */
    private byte[] speak(NodeId peer, String method, byte[] request, Duration deadline) throws IOException {
        logRecovery.checkSpeaks();
        return transport.call(peer, method, request, deadline);
    }

    /**
     * Confirms only if this node has heard of no later term, so that it cannot have voted for
     * another leader. Only for requests meant for this node (rule 13).
     */
    private byte[] confirm(LeadershipCheck.Confirm question) throws IOException {
        logRecovery.checkFollows(question.leader(), question.term());
        boolean follows = question.voter().equals(self) && role.follows(question.leader(), question.term());
        return LeadershipCheck.Confirm.answer(follows);
    }

    /**
     * Rule 8: a log that may lack what this master acknowledged is not used again; any other is,
     * once the failure is repaired.
     */
    void failed(Throwable cause) {
        boolean first = failing.compareAndSet(false, true) && !closed.get();
        if (first || FailureKind.isFailedForce(cause)) {
            votingRight.failed(cause);
        }
        if (first) {
            role.stop();
            Thread.ofPlatform().name("quorum-end-" + self).daemon().start(this::close);
        }
    }

    /**
     * Called by the applying thread, which will take the checkpoint, so it must not wait for it.
     */
    private void checkpointDue() {
        if (role.isServing()) {
            telling.execute(ratisCalls::takeCheckpoint);
        }
    }

    private boolean mayReachDisk(long index) {
        return role.isServing() && division.getRaftLog().getFlushIndex() >= index && !space.isShort();
    }

    /** Proposes entries to Ratis in this process. */
    private final class Proposing implements ProposalBatcher.Proposer {
        @Override
        public ProposalBatcher.Standing standing() {
            return role.cannotLead()
                    .<ProposalBatcher.Standing>map(ProposalBatcher.Standing.Cannot::new)
                    .orElseGet(() -> role.leads()
                            ? new ProposalBatcher.Standing.Leads()
                            : new ProposalBatcher.Standing.GetsReady());
        }

        @Override
        public boolean hasChangedFiles() {
            return machine.hasChangedFiles();
        }

        @Override
        public CompletableFuture<ProposalBatcher.Result> propose(LogEntryCodec.Entry entry) {
            return ratisCalls.write(entry, role::otherLeader);
        }
    }

    /**
     * Waits if another thread is closing it. On return its log may be opened again, unless Ratis
     * takes too long.
     */
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
        role.stop();
        entries.close();
        questions.close();
        leadershipCheck.close();
        logRecovery.close();
        new RatisShutdown(self, server, division).close(CLOSING);
        machine.close();
        telling.shutdown();
        reading.shutdown();
    }
}
