package io.trivet.node.leader;

import io.trivet.node.access.SnapshotHolds;

/**
 * What the leader keeps in memory. Every node has it, and it says nothing of a node that does not
 * lead. Any thread.
 *
 * @param heartbeats the last heartbeat of each node
 * @param sessions when each session was heard last
 * @param debts what repair owes
 * @param holds the removed files that are still being read
 */
public record LeaderState(HeartbeatMonitor heartbeats, SessionLeases sessions, DebtLedger debts, SnapshotHolds holds) {
    public LeaderState(HeartbeatMonitor heartbeats) {
        this(heartbeats, new SessionLeases(), new DebtLedger(), new SnapshotHolds());
    }

    /** This node leads from now on: what it heard in an earlier term says nothing. */
    void begin() {
        heartbeats.begin();
        sessions.begin();
        debts.begin();
    }
}
