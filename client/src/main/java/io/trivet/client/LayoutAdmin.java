package io.trivet.client;

import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.placement.LayoutRequest;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** What operators do with the layout of a cluster: plan, look, apply. Any thread. */
public interface LayoutAdmin {
    /** The nodes as their leader knows them now. */
    ClusterNodes nodes();

    /** What would have to move for a wish; nothing is changed. */
    LayoutProposal plan(LayoutRequest layoutRequest);

    /**
     * Makes a proposal so; {@code STALE} if the layout is another one by now, {@code DISK_FULL}
     * where a node has no room for its part.
     */
    void apply(LayoutProposal layoutProposal);

    /** Changes how replicas are moved; what is null, or -1, stays as it is. */
    void setRebalancing(@Nullable Boolean paused, long bytesPerSecond, @Nullable Boolean automatic);

    /**
     * Files of which a chunk is on no node that answers but perhaps on these: every file of the
     * cluster is looked for, and every file in the trash.
     *
     * @param looked hears now and then how many files were looked for
     */
    List<RemotePath> onlyOn(Set<NodeId> nodes, LongConsumer looked);
}
