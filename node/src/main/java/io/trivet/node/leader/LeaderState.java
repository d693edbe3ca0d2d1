package io.trivet.node.leader;

import io.trivet.node.access.SnapshotHolds;

/**
 * The state that the leader keeps in memory. Every node has one; it is meaningless on a node that
 * does not lead. Any thread.
 *
 * @param heartbeats the last heartbeat of each node
 * @param sessions when each session was last heard from
 * @param debts what repair owes
 * @param holds the removed files that are still being read
 */
public record LeaderState(HeartbeatMonitor heartbeats, SessionLeases sessions, DebtLedger debts, SnapshotHolds holds) {
    public LeaderState(HeartbeatMonitor heartbeats) {
        this(heartbeats, new SessionLeases(), new DebtLedger(), new SnapshotHolds());
    }

    /** Starts a term as leader: what was heard in an earlier term is dropped. */
    void begin() {
        heartbeats.begin();
        sessions.begin();
        debts.begin();
    }
}
