package io.trivet.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.client.ClusterNodes;
import io.trivet.client.LayoutProposal;
import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.faults.machine.Abilities;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import io.trivet.placement.LayoutRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} while a cluster grows and shrinks. */
@Timeout(420)
class GrowthFaultsTest {
    private static final int CHUNK = 64 << 10;
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final long SLOW = 512 << 10;

    @TempDir
    Path base;

    private static void await(TrivetClient client, String what, Predicate<ClusterNodes> condition) {
        long end = System.nanoTime() + LIMIT.toNanos();
        String last = "";
        while (System.nanoTime() - end < 0) {
            try {
                ClusterNodes now = client.layout().nodes();
                if (condition.test(now)) {
                    return;
                }
                last = now.debt().toString();
            } catch (TrivetException e) {
                last = String.valueOf(e.getMessage());
            }
            LockSupport.parkNanos(100_000_000);
        }
        throw new AssertionError("not in time: " + what + "; " + last);
    }

    private static boolean isSettled(ClusterNodes now) {
        return now.view().layouts().size() == 1
                && now.debt().checked()
                && now.debt().owed() == 0
                && now.debt().surplus() == 0;
    }

    private static long used(ClusterNodes now, NodeId node) {
        return now.status().nodes().stream()
                .filter(state -> state.node().equals(node))
                .mapToLong(state -> state.usedBytes())
                .sum();
    }

    /** The leader and the node that comes or goes die while it is under way, and nothing is lost. */
    @Test
    void theLeaderAndTheMovingNodeDieInTheMidstOfAStep() throws IOException {
        try (ProcessCluster cluster = ProcessCluster.start(base, 3, CHUNK, Abilities.NONE);
                TrivetClient client = cluster.client()) {
            Map<RemotePath, Content> saved = new TreeMap<>();
            for (int file = 0; file < 30; file++) {
                Content content = Content.of(file, 3 * CHUNK + file);
                RemotePath path = RemotePath.parse("/file-" + file);
                client.save(new ByteArrayInputStream(content.bytes()), path, Progress.NONE);
                saved.put(path, content);
            }
            NodeId n3 = cluster.join();
            await(client, "n3 waits", now -> now.waiting().contains(n3));

            client.layout().setRebalancing(null, SLOW, null);
            LayoutProposal grow = client.layout().plan(new LayoutRequest.Balance());
            client.layout().apply(grow);
            long some = grow.plannedTraffic().of(n3).in().size().bytes() / 4;
            await(client, "some has moved", now -> used(now, n3) > some);
            dieAndReturn(cluster, n3);
            client.layout().setRebalancing(null, 0, null);
            await(client, "it has grown", GrowthFaultsTest::isSettled);
            loadAll(client, saved);

            client.layout().setRebalancing(null, SLOW, null);
            client.layout().apply(client.layout().plan(new LayoutRequest.Drain(n3)));
            long all = used(client.layout().nodes(), n3);
            await(
                    client,
                    "some has moved back",
                    now -> used(now, n3) < all || now.debt().surplus() > 0);
            dieAndReturn(cluster, n3);
            client.layout().setRebalancing(null, 0, null);
            await(
                    client,
                    "n3 may be switched off",
                    now -> isSettled(now) && now.isHandedOver(n3) && now.slots(n3) == 0);
            cluster.node(n3).kill();
            loadAll(client, saved);
            assertThat(client.layout().onlyOn(Set.of(n3), _ -> {})).isEmpty();
        }
    }

    private static void dieAndReturn(ProcessCluster cluster, NodeId node) throws IOException {
        cluster.leader().ifPresent(leader -> cluster.node(leader).kill());
        if (cluster.node(node).isAlive()) {
            cluster.node(node).kill();
        }
        cluster.heal();
    }

    private static void loadAll(TrivetClient client, Map<RemotePath, Content> saved) throws IOException {
        for (Map.Entry<RemotePath, Content> file : saved.entrySet()) {
            Worker.loadToStream(client, file.getKey(), file.getValue());
        }
    }
}
