package io.trivet.node;

import io.trivet.model.Address;
import io.trivet.model.CallerIdentity;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.node.access.AuditLog;
import io.trivet.node.access.CommitCheck;
import io.trivet.node.access.DelegationCalls;
import io.trivet.node.access.JoinService;
import io.trivet.node.access.ReachabilityProbe;
import io.trivet.node.access.RequestSecurity;
import io.trivet.node.access.StoreReceipts;
import io.trivet.node.cluster.ClusterClock;
import io.trivet.node.cluster.KnownCluster;
import io.trivet.node.data.ChunkRequests;
import io.trivet.node.data.ChunkService;
import io.trivet.node.data.LeaderFileStates;
import io.trivet.node.data.NodeStorage;
import io.trivet.node.data.ReceiptSigner;
import io.trivet.node.data.RepairRequests;
import io.trivet.node.data.RepairSurroundings;
import io.trivet.node.data.ScrubFile;
import io.trivet.node.data.SmallChunkService;
import io.trivet.node.data.TransferPool;
import io.trivet.node.identity.AddressVersion;
import io.trivet.node.identity.CurrentIdentity;
import io.trivet.node.identity.NodeIdentity;
import io.trivet.node.identity.PrivateDirectory;
import io.trivet.node.keys.CertificateRenewer;
import io.trivet.node.keys.KeyMaintenance;
import io.trivet.node.keys.KeyRotation;
import io.trivet.node.keys.NodeKeys;
import io.trivet.node.leader.HeartbeatMonitor;
import io.trivet.node.leader.LeaderState;
import io.trivet.node.metrics.RequestMetrics;
import io.trivet.node.raft.NamespaceHolder;
import io.trivet.node.raft.OwnSeat;
import io.trivet.node.raft.RaftMember;
import io.trivet.repair.ChoreThread;
import io.trivet.repair.FileStates;
import io.trivet.repair.Repair;
import io.trivet.repair.Scrubber;
import io.trivet.wire.Acceptor;
import io.trivet.wire.Connector;
import io.trivet.wire.LoginHandshake;
import io.trivet.wire.TransportSecurity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * The parts of a node, created in the order of their dependencies. The port is bound, but no
 * connection is accepted yet, and no other node is contacted except to renew the certificate:
 * {@link TrivetNode} starts the parts.
 */
final class NodeParts {
    private static final int MAX_CONNECTIONS = 4096;

    final NodeId self;
    final Path data;
    final MaintenanceSettings settings;
    final Optional<Address> http;
    final CurrentIdentity identity;
    final NodeStorage storage;
    final TransferPool transfers;
    final KnownCluster cluster;
    final ClusterClock clock;
    final NodeKeys keys;
    final Connector connector;
    final RivalProbe rivals;
    final RaftMember raftMember;
    final OwnSeat seat;
    final LeaderState leader;
    final FileStates fileStates;
    final RepairSurroundings surroundings;
    final Repair repair;
    final Scrubber scrubber;
    final AuditLog audit;
    final RequestDispatcher requests;
    final DelegationCalls delegations;
    final Acceptor acceptor;
    final HeartbeatSender heartbeatSender;
    final GracefulShutdown gracefulShutdown;

    NodeParts(NodeOptions options, NodeIdentity read, CloseStack closeStack) throws IOException {
        this.self = read.node();
        this.data = options.data();
        this.settings = options.maintenanceSettings();
        this.http = options.http();
        this.identity = new CurrentIdentity(data, read);
        read.disks().forEach(PrivateDirectory::close);
        this.storage = closeStack.add(NodeStorage.open(data, read, settings.smallChunkBytes()));
        this.transfers = closeStack.add(new TransferPool(self.toString()));
        this.cluster = knownCluster(options);
        this.clock = clock(options);
        this.keys = NodeKeys.open(identity, cluster, clock);
        this.connector = closeStack.add(connector());
        this.rivals = new RivalProbe(connector);
        this.raftMember = closeStack.add(new RaftMember(new NamespaceHolder(), cluster));
        this.seat = new OwnSeat(
                identity, raftMember, cluster, new WireTransport(self, connector, cluster, keys.keyring()), clock);
        renewCertificate(closeStack);
        this.leader = new LeaderState(
                new HeartbeatMonitor(rivals::perhapsLives, settings.repair().silentFor()));
        this.fileStates = new LeaderFileStates(raftMember, cluster, connector);
        this.surroundings =
                new RepairSurroundings(self, data, raftMember, cluster, connector, transfers, storage.lossEpoch());
        this.repair = new Repair(surroundings, storage.store(), storage.digests(), fileStates, settings.repair());
        this.scrubber =
                new Scrubber(storage.store(), new ScrubFile(data), settings.scrubEvery(), storage.lossEpoch()::value);
        this.audit = closeStack.add(new AuditLog(data, self.toString()));
        StoreReceipts receipts = new StoreReceipts(self, keys.tokenKeys());
        RequestSecurity security = security(read, receipts);
        this.delegations = new DelegationCalls(self, raftMember, cluster, connector, security);
        this.requests = requestDispatcher(read, receipts, security, closeStack);
        this.acceptor = closeStack.add(new Acceptor(
                self.toString(),
                read.address(),
                read.cluster(),
                keys.credentials().transportSecurity(),
                requests,
                FileDescriptorLimit.connections(MAX_CONNECTIONS)));
        this.heartbeatSender = heartbeatSender();
        this.gracefulShutdown = new GracefulShutdown(self, requests.work(), raftMember, leader.heartbeats());
    }

    private KnownCluster knownCluster(NodeOptions options) throws IOException {
        KnownCluster known = new KnownCluster(data);
        known.view().flatMap(view -> view.node(self)).map(Node::lossEpoch).ifPresent(storage.lossEpoch()::atLeast);
        if (options.start() instanceof NodeOptions.Start.Restart restart) {
            restart.peers().forEach(known::named);
        }
        return known;
    }

    /**
     * The first node of a cluster, or a node that is alone in it, has no other clock to agree with.
     */
    private ClusterClock clock(NodeOptions options) {
        ClusterClock made = new ClusterClock(options.clock());
        boolean alone = cluster.view()
                .filter(view -> view.nodes().stream().allMatch(node -> node.id().equals(self)))
                .isPresent();
        if (options.start() instanceof NodeOptions.Start.Init || alone) {
            made.isAlone();
        }
        return made;
    }

    private Connector connector() {
        Connector made = new Connector(
                self.toString(), identity.get().cluster(), keys.credentials().transportSecurity());
        made.compareKeys(cluster::isKnown);
        if (keys.keyring().isPlaintext()) {
            made.introduceAs(new LoginHandshake(new CallerIdentity.OfNode(self), keys.keyring()::nodeSecret), true);
        } else {
            TransportSecurity.rehearse();
        }
        return made;
    }

    /**
     * Renews once before the first call, since the certificate may have expired while the node was
     * off, and then periodically.
     */
    private void renewCertificate(CloseStack closeStack) {
        KeyMaintenance keyMaintenance = new KeyMaintenance(
                self, cluster, keys.trustedAuthorities(), identity::believe, keys.clusterKeys(), raftMember, connector);
        keys.credentials().certificate().ifPresent(certificate -> {
            CertificateRenewer certificateRenewer = new CertificateRenewer(
                    identity.get(),
                    keys.trustedAuthorities(),
                    certificate,
                    keys.clusterKeys(),
                    cluster,
                    settings.certificateLife(),
                    clock);
            certificateRenewer.round();
            closeStack.add(ChoreThread.every(CertificateRenewer.PERIOD, self + "-renewal", () -> {
                keyMaintenance.round();
                certificateRenewer.round();
            }));
        });
    }

    private RequestSecurity security(NodeIdentity read, StoreReceipts receipts) {
        return new RequestSecurity(
                raftMember,
                cluster,
                keys,
                read,
                audit,
                new CommitCheck(cluster, connector, receipts),
                clock,
                leader.holds());
    }

    private RequestDispatcher requestDispatcher(
            NodeIdentity read, StoreReceipts receipts, RequestSecurity security, CloseStack closeStack) {
        RequestLog log = new RequestLog(new RequestMetrics());
        return new RequestDispatcher(
                self,
                security,
                raftMember,
                log,
                new NamespaceRequests(raftMember, leader.sessions(), security, transfers, log),
                new ClusterRequests(self, raftMember, cluster, leader, clock, security),
                membershipRequests(read, security, closeStack),
                chunkRequests(read, receipts),
                new RepairRequests(self, repair, surroundings, transfers));
    }

    private MembershipRequests membershipRequests(NodeIdentity read, RequestSecurity security, CloseStack closeStack) {
        JoinService joinService = new JoinService(
                read, raftMember, keys.clusterKeys(), keys.trustedAuthorities(), settings.certificateLife(), clock);
        ReachabilityProbe reachabilityProbe = closeStack.add(new ReachabilityProbe(self.toString()));
        KeyRotation keyRotation =
                new KeyRotation(self, raftMember, keys.clusterKeys(), keys.trustedAuthorities(), connector, clock);
        return new MembershipRequests(joinService, reachabilityProbe, keyRotation, seat, security, transfers);
    }

    private ChunkRequests chunkRequests(NodeIdentity read, StoreReceipts receipts) {
        ChunkService chunks = new ChunkService(
                self, storage.store(), storage.lossEpoch(), connector, cluster, receipts, transfers::usersAreActive);
        SmallChunkService small =
                new SmallChunkService(self, storage.store(), storage.lossEpoch(), connector, cluster, receipts);
        ReceiptSigner signer = new ReceiptSigner(read, storage.store(), clock, keys.credentials());
        return new ChunkRequests(chunks, small, signer, repair, raftMember, transfers);
    }

    private HeartbeatSender heartbeatSender() throws IOException {
        HeartbeatBuilder builder = new HeartbeatBuilder(
                self,
                identity.get().address(),
                AddressVersion.in(data, Instant.now()),
                storage,
                new HeartbeatBuilder.Reports(
                        scrubber::report, () -> repair.report(surroundings.wasHome()), seat::report),
                cluster,
                clock);
        return new HeartbeatSender(self, builder, raftMember, leader, cluster, connector, clock);
    }
}
