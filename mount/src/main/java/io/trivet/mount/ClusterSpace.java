package io.trivet.mount;

import io.trivet.client.ClusterStatus;
import io.trivet.client.TrivetClient;
import io.trivet.model.RemotePath;
import io.trivet.mount.fuse.Reply;
import java.time.Duration;

/** How much space the cluster has for files, asked for at most every few seconds. Any thread. */
final class ClusterSpace {
    private static final Duration KEPT = Duration.ofSeconds(5);

    private final TrivetClient client;
    private long total;
    private long free;
    private long asked = System.nanoTime() - KEPT.toNanos();

    ClusterSpace(TrivetClient client) {
        this.client = client;
    }

    /** What the nodes have and what is free on them, divided by the number of replicas. */
    synchronized void answer(Reply reply) {
        if (System.nanoTime() - asked >= KEPT.toNanos()) {
            ask();
        }
        reply.statistics(total, free, RemotePath.MAX_SEGMENT);
    }

    private void ask() {
        ClusterStatus status = client.cluster().status();
        int replicas = status.view().layouts().stream()
                .findFirst()
                .map(layout -> layout.replicas())
                .orElse(1);
        long used = 0;
        long left = 0;
        for (ClusterStatus.NodeStatus node : status.nodes()) {
            if (node.isUp()) {
                used += node.usedBytes();
                left += node.acceptsChunks() ? node.freeBytes() : 0;
            }
        }
        total = (used + left) / Math.max(1, replicas);
        free = left / Math.max(1, replicas);
        asked = System.nanoTime();
    }
}
