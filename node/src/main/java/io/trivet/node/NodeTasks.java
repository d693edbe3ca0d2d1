package io.trivet.node;

import io.trivet.model.Address;
import io.trivet.node.access.AuditRepeats;
import io.trivet.node.cluster.ProfileAddresses;
import io.trivet.node.http.HttpListener;
import io.trivet.node.keys.TokenKeyRefresher;
import io.trivet.node.leader.Census;
import io.trivet.node.leader.LeaderRegister;
import io.trivet.node.leader.LeaderTasks;
import io.trivet.node.leader.SeatOffers;
import io.trivet.node.raft.NamespaceCopies;
import io.trivet.node.raft.RaftMemberRestarter;
import io.trivet.repair.Chore;
import io.trivet.repair.ChoreThread;
import io.trivet.repair.Sweeper;
import java.time.Duration;
import java.util.function.Consumer;

/** The background tasks of a node, each in a thread of its own. */
final class NodeTasks {
    private static final Duration LEADER_PERIOD = Duration.ofMillis(500);
    private static final Duration DISK_CHECK_PERIOD = Duration.ofSeconds(5);

    private final NodeParts parts;
    private final CloseStack closeStack;

    /** @param closeStack ends the tasks */
    NodeTasks(NodeParts parts, CloseStack closeStack) {
        this.parts = parts;
        this.closeStack = closeStack;
    }

    /** @param onRival called at every heartbeat while another process is known to be this node */
    void start(Consumer<String> onRival) {
        startHeartbeats(onRival);
        startLeaderTasks();
        RaftMemberRestarter restarter = new RaftMemberRestarter(parts.seat, System::nanoTime);
        every(RaftMemberRestarter.PERIOD, "seat", restarter::round);
        every(DISK_CHECK_PERIOD, "disks", parts.storage.store()::check);
        every(AuditRepeats.EVERY, "audit", parts.audit::round);
        startMaintenance();
    }

    private void startHeartbeats(Consumer<String> onRival) {
        TokenKeyRefresher keyRefresher = new TokenKeyRefresher(
                parts.self, parts.raftMember, parts.cluster, parts.connector, parts.keys.tokenKeys());
        ProfileAddresses profile = new ProfileAddresses(
                parts.data, parts.identity.get().address(), parts.cluster, parts.keys.trustedAuthorities()::now);
        every(HeartbeatSender.PERIOD, "heartbeat", () -> {
            parts.heartbeatSender.beat();
            profile.round();
            parts.heartbeatSender.rival().ifPresent(onRival);
            keyRefresher.round();
        });
    }

    private void startLeaderTasks() {
        LeaderTasks leaderTasks = new LeaderTasks(
                parts.self,
                parts.raftMember,
                parts.leader,
                new SeatOffers(parts.connector, parts.keys.keyring()),
                parts.settings.repair().silentFor(),
                parts.clock);
        every(LEADER_PERIOD, "leader-tasks", leaderTasks::round);
    }

    private void startMaintenance() {
        Sweeper sweeper = new Sweeper(parts.storage.store(), parts.fileStates, parts.settings.sweepEvery());
        parts.http.ifPresent(where -> serveHttp(where, sweeper));
        add("sweep", sweeper);
        add("scrub", parts.scrubber);
        closeStack.add(parts.repair).start(parts.self.toString());
        add(
                "copy",
                new NamespaceCopies(
                        parts.storage.store(),
                        parts.raftMember,
                        parts.cluster,
                        parts.connector,
                        parts.settings.copyEvery()));
        LeaderRegister register = new LeaderRegister(parts.raftMember, parts.leader.heartbeats(), parts.leader.debts());
        add(
                "census",
                new Census(
                        parts.surroundings,
                        register,
                        parts.repair::held,
                        parts.leader.debts(),
                        parts.settings.repair().retryEvery()));
    }

    /**
     * On a thread of its own: resolving a name may take long. If it cannot listen, the node goes
     * on and tries again.
     */
    private void serveHttp(Address where, Sweeper sweeper) {
        HttpListener listener = closeStack.add(MonitoringEndpoint.of(parts, where, sweeper));
        every(HttpListener.PERIOD, "http", listener::round);
    }

    private void every(Duration period, String name, Runnable round) {
        closeStack.add(ChoreThread.every(period, parts.self + "-" + name, round));
    }

    private void add(String name, Chore chore) {
        closeStack.add(new ChoreThread(parts.self + "-" + name, chore));
    }
}
