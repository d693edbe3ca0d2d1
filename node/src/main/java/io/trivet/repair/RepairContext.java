package io.trivet.repair;

import io.trivet.model.ClusterView;
import io.trivet.model.FileRecord;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import java.time.Duration;
import java.util.Optional;

/** What repair needs of the node around it. Any thread. */
public interface RepairContext {
    NodeId self();

    /** The newest view this node was told. Its layout versions never fall while the node runs. */
    Optional<ClusterView> view();

    /**
     * The view as the quorum has it now: newer than every layout published before this call.
     *
     * @throws io.trivet.model.TrivetException when there is no answer
     */
    ClusterView newestView();

    /**
     * The record under a path, as the quorum has it now; empty if there is no such file. Throws
     * {@link io.trivet.model.TrivetException} when there is no answer.
     */
    Optional<FileRecord> record(RemotePath path);

    /** The leader's number for the state of the cluster, as this node last heard it; 0 if it never did. */
    long event();

    /** Asks another node; a refusal, and silence, are thrown as {@link io.trivet.model.TrivetException}. */
    Reply ask(NodeId node, Request request, Duration limit);

    /** Whether users' transfers are under way at this node. */
    boolean usersAreActive();

    /** This node found out that replicas are gone which it had: raises its loss epoch (rule 7). */
    void lost(String what);
}
