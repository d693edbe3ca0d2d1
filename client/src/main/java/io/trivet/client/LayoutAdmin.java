package io.trivet.client;

import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.placement.LayoutRequest;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Plans, inspects and applies changes of the layout. Any thread. */
public interface LayoutAdmin {
    /** The nodes according to the leader. */
    ClusterNodes nodes();

    /** Computes what would have to move for this request; changes nothing. */
    LayoutProposal plan(LayoutRequest layoutRequest);

    /**
     * Applies a proposal. Throws {@code STALE} if the layout has changed since it was planned,
     * {@code DISK_FULL} if a node has no room for its share.
     */
    void apply(LayoutProposal layoutProposal);

    /** Sets how replicas are moved; null or -1 keeps a setting. */
    void setRebalancing(@Nullable Boolean paused, long bytesPerSecond, @Nullable Boolean automatic);

    /**
     * Paths of files with a chunk that no reachable node outside {@code nodes} holds. Checks every
     * file of the cluster and of the trash.
     *
     * @param looked receives the number of files checked so far
     */
    List<RemotePath> onlyOn(Set<NodeId> nodes, LongConsumer looked);
}
