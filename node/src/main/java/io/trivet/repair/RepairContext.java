package io.trivet.repair;

import io.trivet.model.ClusterView;
import io.trivet.model.FileRecord;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import java.time.Duration;
import java.util.Optional;

/** What repair needs from its node. Any thread. */
public interface RepairContext {
    NodeId self();

    /**
     * The newest view that this node was told. Its layout versions never decrease while the node
     * runs.
     */
    Optional<ClusterView> view();

    /**
     * The quorum's current view: newer than every layout published before this call.
     *
     * @throws io.trivet.model.TrivetException if there is no answer
     */
    ClusterView newestView();

    /**
     * The quorum's current record under a path; empty if there is no such file. Throws {@link
     * io.trivet.model.TrivetException} if there is no answer.
     */
    Optional<FileRecord> record(RemotePath path);

    /** The leader's event number as last heard; 0 if never. */
    long event();

    /**
     * Asks another node. A refusal or a missing answer is thrown as {@link
     * io.trivet.model.TrivetException}.
     */
    Reply ask(NodeId node, Request request, Duration limit);

    /** Whether users' transfers are in progress at this node. */
    boolean usersAreActive();

    /** Reports that replicas are gone which this node had: raises its loss epoch (rule 7). */
    void lost(String what);
}
