package io.trivet.node.seat;

import io.trivet.model.TrivetException;

/** What the leader may ask of this node's part in the quorum. Any thread; each ends in seconds. */
public interface OwnSeat {
    /** Its part runs on return, ready to become a voter; throws {@link TrivetException} where it cannot (rule 8). */
    void take(int epoch);

    /** Its part of that epoch is at rest on return, its log kept. */
    void leave(int epoch);
}
