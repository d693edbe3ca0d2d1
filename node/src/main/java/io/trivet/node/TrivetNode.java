package io.trivet.node;

import io.trivet.chunk.ChunkStore;
import io.trivet.chunk.LocalFiles;
import io.trivet.chunk.StoreSettings;
import io.trivet.client.Profile;
import io.trivet.model.Address;
import io.trivet.model.ClusterView;
import io.trivet.model.Command;
import io.trivet.model.Grant;
import io.trivet.model.Identity;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.model.SeatReport;
import io.trivet.model.TrivetException;
import io.trivet.quorum.QuorumSettings;
import io.trivet.quorum.RatisQuorum;
import io.trivet.repair.ChoreThread;
import io.trivet.repair.DebtLedger;
import io.trivet.repair.Repair;
import io.trivet.repair.RepairSettings;
import io.trivet.repair.Scrubber;
import io.trivet.repair.SlotDigests;
import io.trivet.repair.Sweeper;
import io.trivet.repair.Verdicts;
import io.trivet.wire.Acceptor;
import io.trivet.wire.Addressed;
import io.trivet.wire.Connector;
import io.trivet.wire.Introduction;
import io.trivet.wire.JoinToken;
import io.trivet.wire.Protection;
import io.trivet.wire.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
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
    private static final long READY_POLL_NANOS = 20_000_000;

    private final Path data;
    private final Opened opened;
    private final Connector connector;
    private final KnownCluster cluster;
    private final Seat seat;
    private final KeySafe safe;
    private final Keyring keyring;
    private final TokenKeys tokenKeys;
    private final Heart heart;
    private final Departure departure;
    private volatile NodeIdentity identity;

    /**
     * Starts a node; it listens on return. Throws {@link TrivetException} or {@link IOException} with what to do where it cannot; then nothing of it goes
     * on.
     */
    public static TrivetNode start(NodeOptions options) throws IOException {
        Opened opened = new Opened();
        try {
            opened.add(DataLock.take(options.data()));
            return new TrivetNode(options, Birth.identity(options), opened);
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private TrivetNode(NodeOptions options, NodeIdentity identity, Opened opened) throws IOException {
        this.data = options.data();
        this.opened = opened;
        this.identity = identity;
        NodeId self = identity.node();
        LossEpoch lossEpoch = new LossEpoch(data);
        SlotDigests digests = new SlotDigests();
        ChunkStore store = opened.add(ChunkStore.open(
                new LocalFiles(),
                storeSettings(identity),
                loss -> {
                    digests.lost(loss);
                    lossEpoch.lost(loss);
                },
                digests));
        TransferThreads threads = opened.add(new TransferThreads(self.toString()));
        this.cluster = new KnownCluster(data);
        this.safe = new KeySafe(data, identity);
        this.keyring = Keyring.open(data, safe, identity.trust());
        this.tokenKeys = new TokenKeys(safe);
        Passport passport = Passport.of(data, identity.trust());
        this.connector = opened.add(new Connector(self.toString(), identity.cluster(), passport.protection()));
        if (keyring.isPlaintext()) {
            connector.introduceAs(new Introduction(new Identity.OfNode(self), keyring::nodeSecret), true);
        } else {
            Protection.rehearse();
        }
        this.seat = opened.add(new Seat(new LiveNamespace(), cluster));
        renew(passport, options.upkeep().certificateLife());
        Presence presence = new Presence();
        SessionLeases sessions = new SessionLeases();
        ChunkService chunks = new ChunkService(self, store, lossEpoch, connector, cluster, threads::usersAreActive);
        Verdicts verdicts = new LeaderVerdicts(seat, cluster, connector);
        RepairSettings repairSettings = options.upkeep().repair();
        RepairSurroundings surroundings =
                new RepairSurroundings(self, data, seat, cluster, connector, threads, lossEpoch);
        Repair repair = new Repair(surroundings, store, digests, verdicts, repairSettings);
        DebtLedger ledger = new DebtLedger();
        AuditLog audit = opened.add(new AuditLog(data, self.toString()));
        Requests requests = new Requests(
                self,
                seat,
                cluster,
                presence,
                sessions,
                chunks,
                threads,
                ownSeat(),
                repair,
                surroundings,
                ledger,
                new Entrance(identity, seat, safe, options.upkeep().certificateLife()),
                new Guard(seat, cluster, keyring, tokenKeys, identity, audit));
        Acceptor acceptor = opened.add(new Acceptor(
                self.toString(),
                identity.address(),
                identity.cluster(),
                passport.protection(),
                requests,
                MAX_CONNECTIONS));
        Scrubber scrubber =
                new Scrubber(store, new ScrubFile(data), options.upkeep().scrubEvery(), lossEpoch::value);
        this.heart = new Heart(
                self,
                identity.address(),
                store,
                lossEpoch,
                seat,
                presence,
                cluster,
                connector,
                scrubber::report,
                () -> repair.report(surroundings.wasHome()),
                this::standing,
                ledger,
                new Capacity(store)::bytes);
        this.departure = new Departure(self, requests.work(), seat, presence);
        cluster.askWith(heart::beat);
        acceptor.start();
        beginSeat(options.start());
        Steward steward = new Steward(self, seat, presence, sessions, seatCalls(), ledger, repairSettings.silentFor());
        TokenKeyErrand errand = new TokenKeyErrand(self, seat, cluster, connector, tokenKeys);
        opened.add(new Rounds(self + "-heart", Heart.PERIOD, () -> {
            heart.beat();
            errand.round();
        }));
        opened.add(new Rounds(self + "-steward", STEWARD_PERIOD, steward::round));
        opened.add(new Rounds(self + "-disks", DISK_CHECK_PERIOD, store::check));
        Sweeper sweeper = new Sweeper(store, verdicts, options.upkeep().sweepEvery());
        opened.add(new ChoreThread(self + "-sweep", sweeper));
        opened.add(new ChoreThread(self + "-scrub", scrubber));
        opened.add(repair).start(self.toString());
        opened.add(new ChoreThread(
                self + "-copy",
                new NamespaceCopies(
                        store, seat, cluster, connector, options.upkeep().copyEvery())));
        LeaderRegister register = new LeaderRegister(seat, presence, ledger);
        opened.add(new ChoreThread(self + "-census", repair.census(register, ledger::counted)));
        LOG.info("serves node={} cluster={} address={}", self, identity.cluster(), identity.address());
    }

    /** Once before anybody calls, since the certificate may have run out while the node was off; then for as long as the node runs. */
    private void renew(Passport passport, Duration life) {
        passport.certificate().ifPresent(certificate -> {
            Renewal renewal = new Renewal(identity, certificate, safe, cluster, life);
            renewal.round();
            opened.add(new Rounds(identity.node() + "-renewal", Renewal.PERIOD, renewal::round));
        });
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
        return QuorumSettings.in(SeatDirectory.of(data));
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
        seat.taken(RatisQuorum.found(
                identity.node(), identity.quorum(), quorumSettings(), seat.namespace()::open, transport()));
        Outcome outcome = seat.submit(Operation.unnumbered(new Command.Found(
                identity.cluster(),
                init.chunkSize(),
                init.replicas(),
                identity.key(),
                identity.address(),
                Birth.WEIGHT,
                "",
                init.trash().toSeconds())));
        requireDone(outcome);
        byte[] wrapped = safe.required()
                .wrap(
                        Logins.purpose(administrator.name()),
                        administrator.secret().bytes());
        Grant everything = new Grant(RemotePath.ROOT, EnumSet.of(Right.ADMINISTER));
        requireDone(seat.submit(
                Operation.unnumbered(new Command.AddUser(administrator.name(), wrapped, List.of(everything)))));
        identity = identity.completed();
        identity.write(data);
    }

    private static void requireDone(Outcome outcome) {
        if (outcome instanceof Outcome.Refused(var refusal)) {
            throw new TrivetException(refusal);
        }
    }

    /**
     * Rule 8: a master's seat belongs to its log. Without a sound one the node serves chunks and is a voter no more. A master without the cluster's keys
     * does not start: as the leader it would lock everybody out. Nor does one whose log a later release kept: that one is to be started again.
     */
    private void resumeSeat() {
        boolean rests = identity.seating() == NodeIdentity.Seating.RESTING;
        if (identity.seating() == NodeIdentity.Seating.TAKEN || (rests && isMaster())) {
            safe.required();
            try {
                restartSeat();
                if (rests) {
                    reach(NodeIdentity.Seating.TAKEN, identity.seatEpoch());
                }
            } catch (IOException e) {
                LOG.error(
                        "seat lost node={} cause=\"{}\": another node takes it when there is one",
                        identity.node(),
                        e.getMessage());
            }
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
        seat.taken(RatisQuorum.restart(
                identity.node(), identity.quorum(), quorumSettings(), seat.namespace()::open, transport()));
    }

    /** How this node stands to the quorum. */
    private SeatReport standing() {
        NodeIdentity now = identity;
        SeatReport.Standing standing = switch (now.seating()) {
            case NONE, BEGINNING -> SeatReport.Standing.NONE;
            case RESTING -> seat.isLost() ? SeatReport.Standing.LOST : SeatReport.Standing.RESTING;
            case TAKEN -> seat.standing();
        };
        return new SeatReport(standing, now.seatEpoch());
    }

    /**
     * The leader gives this node a seat. Rule 8: it begins an empty log once in an epoch; one that had a seat in this epoch goes on with its own log or not
     * at all. The leader makes it a voter only when this has returned, so a log whose making was cut short was never counted, and is made anew. What it
     * had of the quorum of an earlier epoch, before the namespace was restored, is over and put aside.
     */
    synchronized void takeSeat(int epoch) {
        boolean had =
                identity.seating() == NodeIdentity.Seating.TAKEN || identity.seating() == NodeIdentity.Seating.RESTING;
        if (had && identity.seatEpoch() == epoch && seat.standing() == SeatReport.Standing.HELD) {
            return;
        }
        if (identity.seatEpoch() > epoch) {
            throw denied("its seat is of a later epoch");
        }
        try {
            if (had && identity.seatEpoch() == epoch) {
                goOn(epoch);
            } else {
                seat.leave();
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
        reach(NodeIdentity.Seating.RESTING, epoch);
        seat.leave();
        try {
            restartSeat();
        } catch (IOException e) {
            seat.lost();
            throw denied("its log was lost (" + e.getMessage() + "): it returns only as a new member");
        }
        reach(NodeIdentity.Seating.TAKEN, epoch);
    }

    private void begin(int epoch, boolean hadEarlier) throws IOException {
        if (hadEarlier) {
            SeatDirectory.putAside(data);
        }
        reach(NodeIdentity.Seating.BEGINNING, epoch);
        FileTree.delete(quorumSettings().directory());
        RatisQuorum quorum = RatisQuorum.join(
                identity.node(), identity.quorum(), quorumSettings(), seat.namespace()::open, transport());
        seat.taken(quorum);
        try {
            reach(NodeIdentity.Seating.TAKEN, epoch);
        } catch (IOException e) {
            seat.leave();
            throw e;
        }
    }

    /**
     * Another node has this one's seat: its part stops. The log is kept, as it is the memory of what this node voted for (rule 8). Should the quorum count
     * on this node after all, it is only as if it were down, until the leader offers it the seat again.
     */
    synchronized void leaveSeat(int epoch) {
        SeatReport now = standing();
        if (now.epoch() != epoch
                || (now.standing() != SeatReport.Standing.HELD && now.standing() != SeatReport.Standing.STOPPED)) {
            return;
        }
        if (seat.leads()) {
            throw denied("it leads");
        }
        try {
            reach(NodeIdentity.Seating.RESTING, epoch);
        } catch (IOException e) {
            throw new TrivetException(
                    new Refusal(Refusal.Kind.DISK_FAILED, identity.node().toString(), String.valueOf(e.getMessage())),
                    e);
        }
        seat.leave();
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

    private SeatSteward.Calls seatCalls() {
        return new SeatSteward.Calls() {
            @Override
            public void offer(Node node, int epoch) {
                // The keys go first: whoever is a voter may come to lead, and then lets nodes in.
                byte[] keys = keyring.forNewMaster();
                connector.call(node.address(), new Addressed(node.id(), new Request.KeepKeys(keys)), CALL_LIMIT);
                connector.call(node.address(), new Addressed(node.id(), new Request.TakeSeat(epoch)), CALL_LIMIT);
            }

            @Override
            public void dismiss(Node node, int epoch) {
                connector.call(node.address(), new Addressed(node.id(), new Request.LeaveSeat(epoch)), CALL_LIMIT);
            }
        };
    }

    private void reach(NodeIdentity.Seating seating, int epoch) throws IOException {
        identity = identity.withSeating(seating, epoch);
        identity.write(data);
    }

    public NodeId id() {
        return identity.node();
    }

    /** Where it listens. */
    public Address address() {
        return identity.address();
    }

    /** Whether the cluster says that this node is none of its nodes any more: it was removed, or is newer than a backup that was restored. */
    public boolean isDismissed() {
        return heart.isDismissed();
    }

    /** Waits until a save would succeed, as far as this node can tell: there is a leader, and it knows this node. False when time is up. */
    public boolean awaitReady(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() - end < 0 && !isDismissed()) {
            if (heart.isHeard()
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
        JoinToken token = JoinToken.random(identity.cluster(), identity.trust(), masters);
        new LeaderLink(connector, masters)
                .submit(
                        Operation.unnumbered(new Command.IssueToken(
                                token.secretHash(), Instant.now().plus(validFor), uses)),
                        CALL_LIMIT);
        return token.text();
    }

    /** How to reach the cluster through this node. */
    public Profile profile() {
        return new Profile(identity.cluster(), List.of(address()), identity.trust());
    }

    private List<Address> masterAddresses() {
        @Nullable ClusterView view = cluster.view().orElse(null);
        return view == null || view.masters().isEmpty()
                ? List.of(address())
                : view.masters().stream().map(Node::address).toList();
    }

    /**
     * Leaves so that clients hardly notice: takes no new chunks, lets another master lead, ends what is under way; then closes. Longer than
     * {@code limit} it waits for nothing.
     */
    public void leave(Duration limit) {
        departure.prepare(limit);
        close();
    }

    /** Stops listening and ends the node's threads. Nothing depends on it: {@code kill -9} is as good. */
    @Override
    public void close() {
        opened.close();
    }
}
