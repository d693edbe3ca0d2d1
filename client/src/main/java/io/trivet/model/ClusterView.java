package io.trivet.model;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What every node and client may know of a cluster: nodes, layouts, settings. A snapshot.
 *
 * @param version the index of the log entry that made it; rises with every change
 * @param replicasWanted the R that the operator asked for; 0 means 1 while there is one node, 2
 *     from the second node on
 * @param layouts published layouts, newest first; empty before the first node serves
 * @param sweepSettings whether chunks of dead file ids are deleted, and after which grace
 * @param rebalanceSettings how replicas are moved
 * @param before the table that an operator's last change of the layout replaced, with its version;
 *     null if no operator changed the layout
 * @param mastersWanted the number of masters once there are as many nodes
 * @param successions the changes of the cluster's keys, oldest first
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

    /** A cluster whose keys were never changed. */
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

    /** A cluster with the default number of masters. */
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

    /** A cluster with the default sweep settings. */
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

    /**
     * Whether the view names the key with which each node joined. Views of earlier releases do not.
     */
    public boolean hasKeys() {
        return nodes.stream().allMatch(node -> node.key() != null);
    }

    public List<Node> masters() {
        return nodes.stream().filter(Node::master).toList();
    }

    /**
     * The newest layout. Throws {@link TrivetException} ({@code TOO_FEW_NODES}) if there is none.
     */
    public Layout layout() {
        if (layouts.isEmpty()) {
            throw TrivetException.of(
                    Refusal.Kind.TOO_FEW_NODES, "", "the cluster has no layout yet: wait until its nodes have joined");
        }
        return layouts.getFirst();
    }
}
