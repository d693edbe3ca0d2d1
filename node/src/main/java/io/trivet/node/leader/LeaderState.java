package io.trivet.node.leader;

import io.trivet.node.access.SnapshotHolds;

/**
 * What the leader keeps in memory. Every node has one; only the leader's is meaningful. Any thread.
 *
 * @param heartbeats the last heartbeat of each node
 * @param sessions when each session was last heard
 * @param debts what repair owes
 * @param holds the removed files that are still being read
 */
public record LeaderState(HeartbeatMonitor heartbeats, SessionLeases sessions, DebtLedger debts, SnapshotHolds holds) {
    public LeaderState(HeartbeatMonitor heartbeats) {
        this(heartbeats, new SessionLeases(), new DebtLedger(), new SnapshotHolds());
    }

    /** Called when this node becomes the leader: discards what it heard in earlier terms. */
    void begin() {
        heartbeats.begin();
        sessions.begin();
        debts.begin();
    }
}
