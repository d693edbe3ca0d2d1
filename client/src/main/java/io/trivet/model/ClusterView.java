package io.trivet.model;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What everybody may know of a cluster: nodes, layouts, settings. A snapshot; {@code version} rises
 * with every change of it.
 *
 * @param version the index of the log entry that made it
 * @param replicasWanted R asked for by the operator; 0 stands for "1 while alone, 2 from the second
 *     node on"
 * @param layouts published layouts, newest first; empty before the first node serves
 * @param sweepSettings whether what is dead is deleted, and after which grace
 * @param rebalanceSettings how replicas are moved
 * @param before the table that an operator's last change of the layout replaced, with the version
 *     it had; null where there was none
 * @param mastersWanted how many masters there are once there are so many nodes
 * @param successions how the cluster's keys were changed, the first change first
 */
public record ClusterView(
        ClusterId cluster,
        long version,
        int epoch,
        ChunkSize chunkSize,
        int replicasWanted,
        List<Node> nodes,
        List<Layout> layouts,
        SweepSettings sweepSettings,
        RebalanceSettings rebalanceSettings,
        @Nullable Layout before,
        int mastersWanted,
        List<KeySuccession> successions) {
    public ClusterView {
        successions = List.copyOf(successions);
        nodes = List.copyOf(nodes);
        layouts = List.copyOf(layouts);
    }

    /** A cluster whose keys are those that it was made with. */
    public ClusterView(
            ClusterId cluster,
            long version,
            int epoch,
            ChunkSize chunkSize,
            int replicasWanted,
            List<Node> nodes,
            List<Layout> layouts,
            SweepSettings sweepSettings,
            RebalanceSettings rebalanceSettings,
            @Nullable Layout before,
            int mastersWanted) {
        this(
                cluster,
                version,
                epoch,
                chunkSize,
                replicasWanted,
                nodes,
                layouts,
                sweepSettings,
                rebalanceSettings,
                before,
                mastersWanted,
                List.of());
    }

    /** A cluster that wants as many masters as every new one does. */
    public ClusterView(
            ClusterId cluster,
            long version,
            int epoch,
            ChunkSize chunkSize,
            int replicasWanted,
            List<Node> nodes,
            List<Layout> layouts,
            SweepSettings sweepSettings,
            RebalanceSettings rebalanceSettings,
            @Nullable Layout before) {
        this(
                cluster,
                version,
                epoch,
                chunkSize,
                replicasWanted,
                nodes,
                layouts,
                sweepSettings,
                rebalanceSettings,
                before,
                MasterCount.USUAL);
    }

    /** A cluster whose layout no operator has changed. */
    public ClusterView(
            ClusterId cluster,
            long version,
            int epoch,
            ChunkSize chunkSize,
            int replicasWanted,
            List<Node> nodes,
            List<Layout> layouts,
            SweepSettings sweepSettings) {
        this(
                cluster,
                version,
                epoch,
                chunkSize,
                replicasWanted,
                nodes,
                layouts,
                sweepSettings,
                RebalanceSettings.USUAL,
                null);
    }

    /** A cluster that sweeps as every new one does. */
    public ClusterView(
            ClusterId cluster,
            long version,
            int epoch,
            ChunkSize chunkSize,
            int replicasWanted,
            List<Node> nodes,
            List<Layout> layouts) {
        this(cluster, version, epoch, chunkSize, replicasWanted, nodes, layouts, SweepSettings.USUAL);
    }

    public Optional<Node> node(NodeId id) {
        return nodes.stream().filter(node -> node.id().equals(id)).findFirst();
    }

    /** Whether it says of every node by which key it joined. A view of an earlier release does not. */
    public boolean hasKeys() {
        return nodes.stream().allMatch(node -> node.key() != null);
    }

    public List<Node> masters() {
        return nodes.stream().filter(Node::master).toList();
    }

    /** The newest layout; throws {@link TrivetException} while there is none. */
    public Layout layout() {
        if (layouts.isEmpty()) {
            throw TrivetException.of(
                    Refusal.Kind.TOO_FEW_NODES, "", "the cluster has no layout yet: wait until its nodes have joined");
        }
        return layouts.getFirst();
    }
}
