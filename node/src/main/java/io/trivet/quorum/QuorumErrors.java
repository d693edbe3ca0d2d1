package io.trivet.quorum;

import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.Refusal.Kind;
import java.util.Optional;

/** The refusals of a quorum that cannot serve. */
final class QuorumErrors {
    private QuorumErrors() {}

    /** Sends the caller to the leader, or says that there is none. */
    static Refusal elsewhere(Optional<NodeId> leader) {
        return leader.map(node ->
                        new Refusal(Kind.NOT_LEADER, node.toString(), "ask " + node + ", which leads the masters"))
                .orElseGet(() ->
                        noQuorum("no master leads now; a majority of the masters must be up and reach each other"));
    }

    static Refusal noQuorum(String detail) {
        return new Refusal(Kind.NO_QUORUM, "", detail);
    }

    static Refusal stopping() {
        return noQuorum("this master is stopping");
    }

    static Refusal notConfirmed() {
        return noQuorum("no majority of the masters confirmed the leader in time");
    }

    static Refusal busy(int waiting) {
        return new Refusal(Kind.BUSY, "", waiting + " others are waiting; try again in a moment");
    }

    static Refusal shortOfRoom(NodeId master) {
        return new Refusal(
                Kind.DISK_FULL,
                master.toString(),
                "the disk with the masters' log is nearly full: make room on it; removing files goes on");
    }

    static Refusal unknown(String detail) {
        return new Refusal(Kind.OUTCOME_UNKNOWN, "", detail + "; it may or may not have been applied");
    }
}
