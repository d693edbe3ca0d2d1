package io.trivet.node.seat;

import io.trivet.model.TrivetException;

/**
 * What the leader may request of this node's Raft member. Any thread; each call ends in seconds.
 */
public interface OwnSeat {
    /**
     * On return its Raft member runs, ready to become a voter. Throws {@link TrivetException} if it
     * cannot (rule 8).
     */
    void take(int epoch);

    /** On return its Raft member of that epoch is at rest, its log kept. */
    void leave(int epoch);
}
