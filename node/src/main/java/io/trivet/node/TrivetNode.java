package io.trivet.node;

import io.trivet.chunk.ChunkStore;
import io.trivet.chunk.StoreSettings;
import io.trivet.chunk.SystemDiskFiles;
import io.trivet.client.Profile;
import io.trivet.file.FileTree;
import io.trivet.model.Address;
import io.trivet.model.CallerIdentity;
import io.trivet.model.ClusterView;
import io.trivet.model.Command;
import io.trivet.model.Grant;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.model.SeatReport;
import io.trivet.model.TrivetException;
import io.trivet.node.access.AuditLog;
import io.trivet.node.access.AuditRepeats;
import io.trivet.node.access.CommitCheck;
import io.trivet.node.access.JoinService;
import io.trivet.node.access.ReachabilityProbe;
import io.trivet.node.access.RequestSecurity;
import io.trivet.node.access.SnapshotHolds;
import io.trivet.node.access.StoreReceipts;
import io.trivet.node.cluster.ClusterClock;
import io.trivet.node.cluster.KnownCluster;
import io.trivet.node.cluster.ProfileAddresses;
import io.trivet.node.cluster.SeedLeaderCalls;
import io.trivet.node.cluster.TrustedAuthorities;
import io.trivet.node.data.ChunkService;
import io.trivet.node.data.DiskCapacity;
import io.trivet.node.data.LeaderFileStates;
import io.trivet.node.data.ReceiptSigner;
import io.trivet.node.data.RepairSurroundings;
import io.trivet.node.data.ScrubFile;
import io.trivet.node.data.TransferPool;
import io.trivet.node.http.HttpListener;
import io.trivet.node.identity.AddressVersion;
import io.trivet.node.identity.DataLock;
import io.trivet.node.identity.LossEpoch;
import io.trivet.node.identity.NodeIdentity;
import io.trivet.node.identity.PrivateDirectory;
import io.trivet.node.identity.SeatDirectory;
import io.trivet.node.keys.CertificateRenewer;
import io.trivet.node.keys.ClusterKeyStore;
import io.trivet.node.keys.FirstAdministrator;
import io.trivet.node.keys.KeyMaintenance;
import io.trivet.node.keys.KeyRotation;
import io.trivet.node.keys.Keyring;
import io.trivet.node.keys.NodeCredentials;
import io.trivet.node.keys.TokenKeyRefresher;
import io.trivet.node.keys.TokenKeys;
import io.trivet.node.leader.Census;
import io.trivet.node.leader.DebtLedger;
import io.trivet.node.leader.HeartbeatMonitor;
import io.trivet.node.leader.LeaderRegister;
import io.trivet.node.leader.LeaderTasks;
import io.trivet.node.leader.SessionLeases;
import io.trivet.node.leader.VoterReconciler;
import io.trivet.node.metrics.ClusterMetrics;
import io.trivet.node.metrics.ConnectionMetrics;
import io.trivet.node.metrics.MetricSource;
import io.trivet.node.metrics.NodeMetrics;
import io.trivet.node.metrics.NodeStateMetrics;
import io.trivet.node.metrics.QuorumMetrics;
import io.trivet.node.metrics.RepairMetrics;
import io.trivet.node.metrics.StorageMetrics;
import io.trivet.node.seat.NamespaceCopies;
import io.trivet.node.seat.NamespaceHolder;
import io.trivet.node.seat.OwnSeat;
import io.trivet.node.seat.RaftMember;
import io.trivet.node.seat.RaftMemberRestarter;
import io.trivet.node.seat.SeatFailures;
import io.trivet.quorum.LogSpace;
import io.trivet.quorum.QuorumSettings;
import io.trivet.quorum.RatisQuorum;
import io.trivet.repair.ChoreThread;
import io.trivet.repair.FileStates;
import io.trivet.repair.Repair;
import io.trivet.repair.RepairSettings;
import io.trivet.repair.Scrubber;
import io.trivet.repair.SlotDigests;
import io.trivet.repair.Sweeper;
import io.trivet.wire.Acceptor;
import io.trivet.wire.Connector;
import io.trivet.wire.LoginHandshake;
import io.trivet.wire.TransportSecurity;
import io.trivet.wire.credentials.JoinToken;
import io.trivet.wire.credentials.TrustSettings;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running node: its rooms, wired together. Any thread. */
public final class TrivetNode implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TrivetNode.class);

    private static final int MAX_CONNECTIONS = 4096;
    private static final long LARGEST_RESERVE = 1L << 30;
    private static final int RESERVE_PART = 20;
    private static final Duration STEWARD_PERIOD = Duration.ofMillis(500);
    private static final Duration DISK_CHECK_PERIOD = Duration.ofSeconds(5);
    private static final Duration CALL_LIMIT = Duration.ofSeconds(10);
    private static final Duration RIVAL_LIMIT = Duration.ofSeconds(2);
    private static final long READY_POLL_NANOS = 20_000_000;

    private final Path data;
    private final CloseStack closeStack;
    private final Connector connector;
    private final KnownCluster cluster;
    private final RaftMember raftMember;
    private final TrustedAuthorities trustedAuthorities;
    private final ClusterKeyStore safe;
    private final Keyring keyring;
    private final TokenKeys tokenKeys;
    private final ClusterClock clock;
    private final NodeCredentials nodeCredentials;
    private final HeartbeatSender heartbeatSender;
    private final GracefulShutdown gracefulShutdown;
    private final SeatFailures seatFailures;
    private final AtomicBoolean ending = new AtomicBoolean();
    private volatile NodeIdentity identity;

    /**
     * Starts a node; it listens on return. Throws {@link TrivetException} or {@link IOException}
     * with what to do where it cannot; then nothing of it goes on.
     */
    public static TrivetNode start(NodeOptions options) throws IOException {
        NodeBootstrap.requireListens(options);
        CloseStack closeStack = new CloseStack();
        try {
            closeStack.add(DataLock.take(options.data()));
            return new TrivetNode(options, NodeBootstrap.identity(options), closeStack);
        } catch (IOException | RuntimeException e) {
            closeStack.close();
            throw e;
        }
    }

    private TrivetNode(NodeOptions options, NodeIdentity identity, CloseStack closeStack) throws IOException {
        this.data = options.data();
        this.closeStack = closeStack;
        this.identity = identity;
        NodeId self = identity.node();
        identity.disks().forEach(PrivateDirectory::close);
        LossEpoch lossEpoch = new LossEpoch(data);
        SlotDigests digests = new SlotDigests();
        ChunkStore store = closeStack.add(ChunkStore.open(
                new SystemDiskFiles(),
                storeSettings(identity),
                storeLoss -> {
                    digests.lost(storeLoss);
                    lossEpoch.lost(storeLoss);
                },
                digests));
        TransferPool threads = closeStack.add(new TransferPool(self.toString()));
        this.cluster = new KnownCluster(data);
        cluster.view().flatMap(view -> view.node(self)).map(Node::lossEpoch).ifPresent(lossEpoch::atLeast);
        this.clock = clock(options);
        this.seatFailures = new SeatFailures(clock::machineMs);
        if (options.start() instanceof NodeOptions.Start.Restart restart) {
            restart.peers().forEach(cluster::named);
        }
        this.trustedAuthorities = new TrustedAuthorities(identity.trustSettings());
        cluster.view().ifPresent(this::followAtStart);
        this.safe = new ClusterKeyStore(data, identity.cluster(), trustedAuthorities, clock::now);
        this.keyring = Keyring.open(data, safe, identity.trustSettings());
        this.tokenKeys = new TokenKeys(safe, System::nanoTime, clock::millis);
        this.nodeCredentials = NodeCredentials.of(data, trustedAuthorities, clock);
        this.connector =
                closeStack.add(new Connector(self.toString(), identity.cluster(), nodeCredentials.transportSecurity()));
        connector.compareKeys(cluster::isKnown);
        if (keyring.isPlaintext()) {
            connector.introduceAs(new LoginHandshake(new CallerIdentity.OfNode(self), keyring::nodeSecret), true);
        } else {
            TransportSecurity.rehearse();
        }
        this.raftMember = closeStack.add(new RaftMember(new NamespaceHolder(), cluster));
        renew(nodeCredentials, options.maintenanceSettings().certificateLife());
        HeartbeatMonitor heartbeatMonitor = new HeartbeatMonitor(this::perhapsLives);
        SessionLeases sessions = new SessionLeases();
        SnapshotHolds holds = new SnapshotHolds();
        StoreReceipts receipts = new StoreReceipts(self, tokenKeys);
        ChunkService chunks =
                new ChunkService(self, store, lossEpoch, connector, cluster, receipts, threads::usersAreActive);
        FileStates fileStates = new LeaderFileStates(raftMember, cluster, connector);
        RepairSettings repairSettings = options.maintenanceSettings().repair();
        RepairSurroundings surroundings =
                new RepairSurroundings(self, data, raftMember, cluster, connector, threads, lossEpoch);
        Repair repair = new Repair(surroundings, store, digests, fileStates, repairSettings);
        DebtLedger ledger = new DebtLedger();
        AuditLog audit = closeStack.add(new AuditLog(data, self.toString()));
        RequestDispatcher requestDispatcher = new RequestDispatcher(
                self,
                raftMember,
                cluster,
                heartbeatMonitor,
                sessions,
                chunks,
                threads,
                ownSeat(),
                repair,
                surroundings,
                ledger,
                new JoinService(
                        identity,
                        raftMember,
                        safe,
                        trustedAuthorities,
                        options.maintenanceSettings().certificateLife(),
                        clock),
                new KeyRotation(self, raftMember, safe, trustedAuthorities, connector, clock),
                new RequestSecurity(
                        raftMember,
                        cluster,
                        keyring,
                        tokenKeys,
                        identity,
                        audit,
                        new CommitCheck(cluster, connector, receipts),
                        clock,
                        holds),
                clock,
                closeStack.add(new ReachabilityProbe(self.toString())),
                new ReceiptSigner(identity, store, clock, nodeCredentials));
        Acceptor acceptor = closeStack.add(new Acceptor(
                self.toString(),
                identity.address(),
                identity.cluster(),
                nodeCredentials.transportSecurity(),
                requestDispatcher,
                FileDescriptorLimit.connections(MAX_CONNECTIONS)));
        Scrubber scrubber = new Scrubber(
                store, new ScrubFile(data), options.maintenanceSettings().scrubEvery(), lossEpoch::value);
        this.heartbeatSender = new HeartbeatSender(
                self,
                identity.address(),
                store,
                lossEpoch,
                raftMember,
                heartbeatMonitor,
                cluster,
                connector,
                scrubber::report,
                () -> repair.report(surroundings.wasHome()),
                this::standing,
                ledger,
                new DiskCapacity(store)::bytes,
                clock,
                AddressVersion.in(data));
        this.gracefulShutdown = new GracefulShutdown(self, requestDispatcher.work(), raftMember, heartbeatMonitor);
        cluster.askWith(heartbeatSender::beat);
        refuseBesideItself(options.start());
        acceptor.start();
        beginSeat(options.start());
        PrivateDirectory.close(data);
        LeaderTasks leaderTasks = new LeaderTasks(
                self,
                raftMember,
                heartbeatMonitor,
                sessions,
                seatCalls(),
                ledger,
                repairSettings.silentFor(),
                clock,
                holds);
        TokenKeyRefresher keyRefresher = new TokenKeyRefresher(self, raftMember, cluster, connector, tokenKeys);
        ProfileAddresses profile = new ProfileAddresses(data, identity.address(), cluster, trustedAuthorities::now);
        closeStack.add(ChoreThread.every(HeartbeatSender.PERIOD, self + "-heart", () -> {
            heartbeatSender.beat();
            profile.round();
            heartbeatSender.rival().ifPresent(this::endFor);
            keyRefresher.round();
        }));
        closeStack.add(ChoreThread.every(STEWARD_PERIOD, self + "-steward", leaderTasks::round));
        RaftMemberRestarter recovery = new RaftMemberRestarter(part(), System::nanoTime);
        closeStack.add(ChoreThread.every(RaftMemberRestarter.PERIOD, self + "-seat", recovery::round));
        closeStack.add(ChoreThread.every(DISK_CHECK_PERIOD, self + "-disks", store::check));
        closeStack.add(ChoreThread.every(AuditRepeats.EVERY, self + "-audit", audit::round));
        Sweeper sweeper =
                new Sweeper(store, fileStates, options.maintenanceSettings().sweepEvery());
        closeStack.add(new ChoreThread(self + "-sweep", sweeper));
        closeStack.add(new ChoreThread(self + "-scrub", scrubber));
        closeStack.add(repair).start(self.toString());
        closeStack.add(new ChoreThread(
                self + "-copy",
                new NamespaceCopies(
                        store,
                        raftMember,
                        cluster,
                        connector,
                        options.maintenanceSettings().copyEvery())));
        options.http()
                .ifPresent(where -> serveHttp(
                        where,
                        store,
                        requestDispatcher,
                        List.of(
                                new StorageMetrics(store, digests, lossEpoch),
                                new RepairMetrics(repair, scrubber, sweeper),
                                new QuorumMetrics(raftMember),
                                new ClusterMetrics(raftMember, heartbeatMonitor, ledger, sessions),
                                new ConnectionMetrics(acceptor, connector, requestDispatcher.work()::running))));
        LeaderRegister register = new LeaderRegister(raftMember, heartbeatMonitor, ledger);
        closeStack.add(new ChoreThread(
                self + "-census",
                new Census(surroundings, register, repair::held, ledger, repairSettings.retryEvery())));
        LOG.info("serves node={} cluster={} address={}", self, identity.cluster(), identity.address());
    }

    /** Where it cannot listen, the node goes on. */
    private void serveHttp(Address where, ChunkStore store, RequestDispatcher requests, List<MetricSource> parts) {
        NodeHealth health = new NodeHealth(
                identity.node(), heartbeatSender, cluster, clock, nodeCredentials, tokenKeys, store, requests.work());
        List<MetricSource> sources = new ArrayList<>(parts);
        sources.add(requests.metrics());
        sources.add(new NodeStateMetrics(
                identity.node(),
                identity.cluster(),
                () -> health.notReady().isEmpty(),
                clock,
                nodeCredentials.certificate()));
        HttpListener listener = closeStack.add(new HttpListener(
                identity.node(), where, nodeCredentials.transportSecurity(), new NodeMetrics(sources), health));
        listener.round();
        closeStack.add(ChoreThread.every(HttpListener.PERIOD, identity.node() + "-http", listener::round));
    }

    /** A refused connection, or another node at the address, says that the process has ended; silence says nothing. */
    private boolean perhapsLives(NodeId node, Address address) {
        try {
            connector.call(address, new RequestEnvelope(node, new Request.GetView()), RIVAL_LIMIT);
            return true;
        } catch (TrivetException e) {
            return switch (e.kind()) {
                case WRONG_NODE, WRONG_CLUSTER -> false;
                case UNREACHABLE -> !(e.getCause() instanceof ConnectException);
                default -> true;
            };
        }
    }

    /**
     * Rule 8: a copy of a node that runs must not vote, not even before a leader has told it so.
     * Where the cluster knew this node at another address, whoever answers there as this node is
     * another process with the same identity.
     */
    private void refuseBesideItself(NodeOptions.Start start) {
        Optional<Address> before = cluster.known(identity.node()).filter(where -> !where.equals(identity.address()));
        if (!(start instanceof NodeOptions.Start.Restart) || before.isEmpty()) {
            return;
        }
        try {
            connector.call(before.get(), new RequestEnvelope(identity.node(), new Request.GetView()), RIVAL_LIMIT);
        } catch (TrivetException _) {
            return; // nobody is there, or another node
        }
        throw TrivetException.of(
                Refusal.Kind.BUSY,
                identity.node().toString(),
                "another process is this node, and serves at " + before.get() + ": stop it first");
    }

    /** The other one counts. What this one holds is as old as its copy: it must neither vote nor answer. */
    private void endFor(String rival) {
        if (!ending.getAndSet(true)) {
            LOG.error("ends node={} cause=\"{}\"", identity.node(), rival);
            Thread.ofPlatform().daemon().name(identity.node() + "-end").start(this::close);
        }
    }

    /** The first node of a cluster, and one that is alone in it, has nobody to agree with. */
    private ClusterClock clock(NodeOptions options) {
        ClusterClock made = new ClusterClock(options.clock());
        boolean alone = cluster.view()
                .filter(view -> view.nodes().stream().allMatch(node -> node.id().equals(identity.node())))
                .isPresent();
        if (options.start() instanceof NodeOptions.Start.Init || alone) {
            made.isAlone();
        }
        return made;
    }

    /**
     * Once before anybody calls, since the certificate may have run out while the node was off;
     * then for as long as the node runs.
     */
    private void renew(NodeCredentials nodeCredentials, Duration life) {
        KeyMaintenance keys = new KeyMaintenance(
                identity.node(), cluster, trustedAuthorities, this::believe, safe, raftMember, connector);
        nodeCredentials.certificate().ifPresent(certificate -> {
            CertificateRenewer certificateRenewer =
                    new CertificateRenewer(identity, trustedAuthorities, certificate, safe, cluster, life, clock);
            certificateRenewer.round();
            closeStack.add(ChoreThread.every(CertificateRenewer.PERIOD, identity.node() + "-renewal", () -> {
                keys.round();
                certificateRenewer.round();
            }));
        });
    }

    private void followAtStart(ClusterView view) {
        try {
            trustedAuthorities.follow(view, this::believe);
        } catch (IOException e) {
            LOG.warn("keys not followed node={} cause=\"{}\": tried again soon", identity.node(), e.getMessage());
        }
    }

    /** For this node's next start. */
    private synchronized void believe(TrustSettings.Authority next) throws IOException {
        NodeIdentity changed = identity.believing(next);
        changed.write(data);
        identity = changed;
        LOG.info("believes another authority node={} authority={}", identity.node(), next.text());
    }

    /** Kept free on a disk: a twentieth of it, at most 1 GiB; the quorum's log lives beside the chunks. */
    private static StoreSettings storeSettings(NodeIdentity identity) throws IOException {
        long reserve = LARGEST_RESERVE;
        for (Path disk : identity.disks()) {
            if (Files.exists(disk)) {
                reserve = Math.min(reserve, Files.getFileStore(disk).getTotalSpace() / RESERVE_PART);
            }
        }
        return new StoreSettings(identity.cluster(), identity.node(), identity.disks(), reserve);
    }

    private QuorumSettings quorumSettings() {
        return QuorumSettings.in(SeatDirectory.of(data)).datedBy(clock::loggedMs);
    }

    private WireTransport transport() {
        return new WireTransport(identity.node(), connector, cluster, keyring);
    }

    private void beginSeat(NodeOptions.Start start) throws IOException {
        switch (start) {
            case NodeOptions.Start.Init init -> found(init);
            case NodeOptions.Start.Join _ -> {}
            case NodeOptions.Start.Restart _ -> resumeSeat();
        }
    }

    private void found(NodeOptions.Start.Init init) throws IOException {
        FirstAdministrator administrator = FirstAdministrator.make(data);
        raftMember.taken(RatisQuorum.found(
                identity.node(), identity.quorum(), quorumSettings(), raftMember.namespace()::open, transport()));
        Outcome outcome = raftMember.submit(Operation.unnumbered(new Command.Found(
                identity.cluster(),
                init.chunkSize(),
                init.replicas(),
                identity.key(),
                identity.address(),
                JoinService.WEIGHT,
                "",
                init.trash().toSeconds())));
        requireDone(outcome);
        byte[] wrapped = safe.required()
                .wrap(
                        Keyring.purpose(administrator.name()),
                        administrator.secret().bytes());
        Grant everything = new Grant(RemotePath.ROOT, EnumSet.of(Right.ADMINISTER));
        requireDone(raftMember.submit(
                Operation.unnumbered(new Command.AddUser(administrator.name(), wrapped, List.of(everything)))));
        complete();
    }

    private synchronized void complete() throws IOException {
        identity = identity.completed();
        identity.write(data);
    }

    private static void requireDone(Outcome outcome) {
        if (outcome instanceof Outcome.Refused(var refusal)) {
            throw new TrivetException(refusal);
        }
    }

    /**
     * Rule 8: a master's seat belongs to its log. Without a sound one the node serves chunks and is
     * a voter no more. A master without the cluster's keys does not start: as the leader it would
     * lock everybody out. Nor does one whose log a later release kept: that one is to be started
     * again.
     */
    private void resumeSeat() {
        boolean rests = identity.seating() == NodeIdentity.Seating.RESTING;
        if (identity.seating() == NodeIdentity.Seating.TAKEN || (rests && isMaster())) {
            if (!safe.lacksCurrent()) { // one that only has older keys asks another master for those of now
                safe.required();
            }
            try {
                restartSeat();
                if (rests) {
                    reach(NodeIdentity.Seating.TAKEN, identity.seatEpoch());
                }
            } catch (IOException e) {
                notRestarted(e);
            }
        }
    }

    /** Where the disk was full, as an example, its log may be as good as ever: the seat is kept, and tried again. */
    private void notRestarted(IOException failure) {
        if (RatisQuorum.mayPass(failure)) {
            raftMember.waits(String.valueOf(failure.getMessage()));
            LOG.warn("seat waits node={} cause=\"{}\": tried again soon", identity.node(), failure.getMessage());
        } else {
            raftMember.lost(String.valueOf(failure.getMessage()));
            LOG.error(
                    "seat lost node={} cause=\"{}\": another node takes it when there is one",
                    identity.node(),
                    failure.getMessage());
        }
    }

    /** As far as this node was told. If it was told wrongly, its part ends again as it began. */
    private boolean isMaster() {
        return cluster.view()
                .flatMap(view -> view.node(identity.node()))
                .map(Node::master)
                .orElse(false);
    }

    private void restartSeat() throws IOException {
        raftMember.close();
        raftMember.taken(RatisQuorum.restart(
                identity.node(), identity.quorum(), quorumSettings(), raftMember.namespace()::open, transport()));
    }

    /** How this node stands to the quorum. */
    private SeatReport standing() {
        NodeIdentity now = identity;
        SeatReport.Standing standing = switch (now.seating()) {
            case NONE, BEGINNING -> SeatReport.Standing.NONE;
            case RESTING -> raftMember.isLost() ? SeatReport.Standing.LOST : SeatReport.Standing.RESTING;
            case TAKEN -> raftMember.standing();
        };
        String trouble = switch (now.seating()) {
            case NONE, BEGINNING -> "it has not taken its seat yet";
            case RESTING -> raftMember.isLost() ? raftMember.trouble() : "its log is at rest";
            case TAKEN -> raftMember.trouble();
        };
        return seatFailures.dated(standing, now.seatEpoch(), trouble);
    }

    /**
     * The leader gives this node a seat. Rule 8: it begins an empty log once in an epoch; one that
     * had a seat in this epoch goes on with its own log or not at all. The leader makes it a voter
     * only when this has returned, so a log whose making was cut short was never counted, and is
     * made anew. What it had of the quorum of an earlier epoch, before the namespace was restored,
     * is over and put aside.
     */
    public synchronized void takeSeat(int epoch) {
        boolean had =
                identity.seating() == NodeIdentity.Seating.TAKEN || identity.seating() == NodeIdentity.Seating.RESTING;
        if (had && identity.seatEpoch() == epoch && raftMember.standing() == SeatReport.Standing.HELD) {
            return;
        }
        if (identity.seatEpoch() > epoch) {
            throw denied("its seat is of a later epoch");
        }
        try {
            if (had && identity.seatEpoch() == epoch) {
                goOn(epoch);
            } else {
                raftMember.leave();
                begin(epoch, had);
            }
        } catch (IOException e) {
            throw new TrivetException(
                    new Refusal(Refusal.Kind.DISK_FAILED, identity.node().toString(), String.valueOf(e.getMessage())),
                    e);
        }
    }

    /** The log says all that it ever voted and vouched for, so it may vote on, whatever the others did meanwhile. */
    private void goOn(int epoch) throws IOException {
        try {
            restartSeat();
        } catch (IOException e) {
            notRestarted(e);
            throw denied(
                    raftMember.isLost()
                            ? "its log was lost (" + e.getMessage() + "): it returns only as a new member"
                            : "its log cannot be used now (" + e.getMessage() + ")");
        }
        if (identity.seating() != NodeIdentity.Seating.TAKEN) {
            reach(NodeIdentity.Seating.TAKEN, epoch);
        }
    }

    private RaftMemberRestarter.Part part() {
        LogSpace space = LogSpace.of(data);
        return new RaftMemberRestarter.Part() {
            @Override
            public boolean isStopped() {
                return identity.seating() == NodeIdentity.Seating.TAKEN && raftMember.mayRestart();
            }

            @Override
            public boolean hasRoom() {
                return !space.isShort();
            }

            @Override
            public void restart() {
                recoverSeat();
            }
        };
    }

    private synchronized void recoverSeat() {
        if (identity.seating() != NodeIdentity.Seating.TAKEN || !raftMember.mayRestart()) {
            return;
        }
        try {
            restartSeat();
            LOG.info("seat goes on node={}", identity.node());
        } catch (IOException e) {
            notRestarted(e);
        }
    }

    private void begin(int epoch, boolean hadEarlier) throws IOException {
        if (hadEarlier) {
            SeatDirectory.putAside(data);
        }
        reach(NodeIdentity.Seating.BEGINNING, epoch);
        FileTree.delete(quorumSettings().directory());
        RatisQuorum quorum = RatisQuorum.join(
                identity.node(), identity.quorum(), quorumSettings(), raftMember.namespace()::open, transport());
        raftMember.taken(quorum);
        try {
            reach(NodeIdentity.Seating.TAKEN, epoch);
        } catch (IOException e) {
            raftMember.leave();
            throw e;
        }
    }

    /**
     * Another node has this one's seat: its part stops. The log is kept, as it is the memory of
     * what this node voted for (rule 8). Should the quorum count on this node after all, it is only
     * as if it were down, until the leader offers it the seat again.
     */
    synchronized void leaveSeat(int epoch) {
        SeatReport now = standing();
        if (now.epoch() != epoch
                || (now.standing() != SeatReport.Standing.HELD && now.standing() != SeatReport.Standing.STOPPED)) {
            return;
        }
        if (raftMember.leads()) {
            throw denied("it leads");
        }
        try {
            reach(NodeIdentity.Seating.RESTING, epoch);
        } catch (IOException e) {
            throw new TrivetException(
                    new Refusal(Refusal.Kind.DISK_FAILED, identity.node().toString(), String.valueOf(e.getMessage())),
                    e);
        }
        raftMember.leave();
        LOG.info("left its seat node={} epoch={}", identity.node(), epoch);
    }

    private TrivetException denied(String detail) {
        return TrivetException.of(Refusal.Kind.DENIED, identity.node().toString(), detail);
    }

    private OwnSeat ownSeat() {
        return new OwnSeat() {
            @Override
            public void take(int epoch) {
                takeSeat(epoch);
            }

            @Override
            public void leave(int epoch) {
                leaveSeat(epoch);
            }
        };
    }

    private VoterReconciler.Calls seatCalls() {
        return new VoterReconciler.Calls() {
            @Override
            public void offer(Node node, int epoch) {
                // The keys go first: whoever is a voter may come to lead, and then lets nodes in.
                byte[] keys = keyring.forNewMaster();
                connector.call(node.address(), new RequestEnvelope(node.id(), new Request.KeepKeys(keys)), CALL_LIMIT);
                connector.call(node.address(), new RequestEnvelope(node.id(), new Request.TakeSeat(epoch)), CALL_LIMIT);
            }

            @Override
            public void dismiss(Node node, int epoch) {
                connector.call(
                        node.address(), new RequestEnvelope(node.id(), new Request.LeaveSeat(epoch)), CALL_LIMIT);
            }
        };
    }

    private synchronized void reach(NodeIdentity.Seating seating, int epoch) throws IOException {
        NodeIdentity next = identity.withSeating(seating, epoch);
        next.write(data);
        identity = next;
    }

    public NodeId id() {
        return identity.node();
    }

    /** Where it listens. */
    public Address address() {
        return identity.address();
    }

    /**
     * Whether the cluster says that this node is none of its nodes any more: it was removed, or is
     * newer than a backup that was restored.
     */
    public boolean isDismissed() {
        return heartbeatSender.isDismissed();
    }

    /** Whether its heartbeat goes on, heard or not: where it hangs the node does. */
    public boolean beats() {
        return heartbeatSender.beats();
    }

    /** Why this node has ended itself: another process with the same identity serves. Empty while it runs. */
    public Optional<String> rival() {
        return heartbeatSender.rival();
    }

    /**
     * Waits until a save would succeed, as far as this node can tell: there is a leader, and it
     * knows this node. False when time is up.
     */
    public boolean awaitReady(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() - end < 0 && !isDismissed() && rival().isEmpty()) {
            if (heartbeatSender.isHeard()
                    && clock.isAgreed()
                    && nodeCredentials.isInTime(clock)
                    && cluster.view().filter(view -> !tokenKeys.lacks(view)).isPresent()
                    && cluster.view().flatMap(view -> view.node(id())).isPresent()) {
                return true;
            }
            LockSupport.parkNanos(READY_POLL_NANOS);
        }
        return false;
    }

    /** The first user of a cluster that was made here, until its secret is {@link FirstAdministrator#taken}. */
    public Optional<FirstAdministrator> administrator() throws IOException {
        return FirstAdministrator.waiting(data);
    }

    /** How many replicas every chunk gets now; 0 while too few nodes have joined. */
    public int replicas() {
        return cluster.view()
                .filter(view -> !view.layouts().isEmpty())
                .map(view -> view.layout().replicas())
                .orElse(0);
    }

    /** One line that lets {@code uses} nodes join within {@code validFor}. Whoever has it can join. */
    public String issueToken(Duration validFor, int uses) {
        List<Address> masters = masterAddresses();
        JoinToken token = JoinToken.random(identity.cluster(), trustedAuthorities.now(), masters);
        new SeedLeaderCalls(connector, masters)
                .submit(
                        Operation.unnumbered(new Command.IssueToken(
                                token.secretHash(), clock.now().plus(validFor), uses, validFor)),
                        CALL_LIMIT);
        return token.text();
    }

    /** How to reach the cluster through this node. */
    public Profile profile() {
        return new Profile(identity.cluster(), List.of(address()), trustedAuthorities.now());
    }

    private List<Address> masterAddresses() {
        @Nullable ClusterView view = cluster.view().orElse(null);
        return view == null || view.masters().isEmpty()
                ? List.of(address())
                : view.masters().stream().map(Node::address).toList();
    }

    /**
     * Leaves so that clients hardly notice: takes no new chunks, lets another master lead, ends
     * what is under way; then closes. Longer than {@code limit} it waits for nothing.
     */
    public void leave(Duration limit) {
        gracefulShutdown.prepare(limit);
        close();
    }

    /** Stops listening and ends the node's threads. Nothing depends on it: {@code kill -9} is as good. */
    @Override
    public void close() {
        closeStack.close();
    }
}
