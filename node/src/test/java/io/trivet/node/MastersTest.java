package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.model.Address;
import io.trivet.model.ChunkSize;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.model.RepairReport;
import io.trivet.model.ScrubReport;
import io.trivet.model.SeatReport;
import io.trivet.node.identity.NodeIdentity;
import io.trivet.placement.LayoutRequest;
import io.trivet.repair.RepairSettings;
import io.trivet.wire.Connector;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Seats move from node to node (rule 8), on real nodes. */
class MastersTest {
    private static final ChunkSize CHUNK = new ChunkSize(64 << 10);
    private static final MaintenanceSettings PROMPT = MaintenanceSettings.USUAL.with(
            new RepairSettings(Duration.ofSeconds(6), Duration.ofSeconds(2), Duration.ofMillis(200), 200L << 20));

    @TempDir
    Path base;

    private static NodeId n(int number) {
        return new NodeId(number);
    }

    private static Set<NodeId> masters(TrivetClient client) {
        return client.cluster().status().view().masters().stream().map(Node::id).collect(Collectors.toSet());
    }

    private static void awaitMasters(TrivetClient client, Set<NodeId> wanted) {
        LocalCluster.await("the masters are " + wanted, () -> masters(client).equals(wanted));
    }

    private NodeIdentity.Seating seating(LocalCluster cluster, NodeId node) throws IOException {
        return NodeIdentity.read(cluster.data(node)).seating();
    }

    private void saves(TrivetClient client, String name) throws IOException {
        client.save(new ByteArrayInputStream(new byte[200_000]), RemotePath.parse(name), Progress.NONE);
        assertThat(client.stat(RemotePath.parse(name))).isNotNull();
    }

    /** It returns with a sound log of a quorum that no longer counts it. */
    @Test
    void aMasterLostForGoodIsReplacedAndComesBackAsAPlainNode() throws IOException {
        try (LocalCluster cluster = LocalCluster.start(base, 4, CHUNK, PROMPT);
                TrivetClient client = cluster.client()) {
            saves(client, "/before");
            NodeId leader = client.cluster().status().leader().orElseThrow();
            NodeId lost = leader.equals(n(2)) ? n(1) : n(2);
            cluster.stop(lost);
            Set<NodeId> others = Set.of(n(0), leader.equals(n(2)) ? n(2) : n(1), n(3));
            awaitMasters(client, others);
            saves(client, "/without");

            cluster.restart(lost);
            LocalCluster.await("it rests", () -> {
                try {
                    return seating(cluster, lost) == NodeIdentity.Seating.RESTING;
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            assertThat(masters(client)).isEqualTo(others);

            cluster.stop(n(0));
            saves(client, "/quorum-of-the-new-ones");
        }
    }

    /** The leader hands over before it leaves; clients see no failure. */
    @Test
    void aDrainedLeaderGivesUpItsSeatToAnother() throws IOException {
        try (LocalCluster cluster = LocalCluster.start(base, 4, CHUNK, PROMPT);
                TrivetClient client = cluster.client()) {
            NodeId leader = client.cluster().status().leader().orElseThrow();
            client.layout().apply(client.layout().plan(new LayoutRequest.Drain(leader)));
            LocalCluster.await(
                    "another has its seat",
                    () -> !masters(client).contains(leader) && masters(client).size() == 3);
            assertThat(masters(client)).contains(n(3));
            assertThat(client.cluster().status().leader()).isNotEqualTo(Optional.of(leader));
            saves(client, "/drained");
        }
    }

    /** A node that had a seat before continues with its own log, never with an empty one. */
    @Test
    void fiveMastersThenOneThenThreeAgain() throws IOException {
        try (LocalCluster cluster = LocalCluster.start(base, 5, CHUNK);
                TrivetClient client = cluster.client()) {
            client.cluster().setMasterCount(5);
            awaitMasters(client, Set.of(n(0), n(1), n(2), n(3), n(4)));
            saves(client, "/five");
            client.cluster().setMasterCount(1);
            NodeId leader = client.cluster().status().leader().orElseThrow();
            awaitMasters(client, Set.of(leader));
            saves(client, "/one");
            client.cluster().setMasterCount(3);
            LocalCluster.await("there are three", () -> masters(client).size() == 3);
            saves(client, "/three");
            cluster.stop(leader);
            saves(client, "/without-the-one");
            for (String name : new String[] {"/five", "/one", "/three"}) {
                assertThat(client.stat(RemotePath.parse(name))).isNotNull();
            }
            assertThat(cluster.data(leader).resolve("quorum.aside-1")).doesNotExist();
        }
    }

    @Test
    void onlyOneThreeOrFiveMastersAreWanted() throws IOException {
        try (LocalCluster cluster = LocalCluster.start(base, 1, CHUNK);
                TrivetClient client = cluster.client()) {
            assertThatThrownBy(() -> client.cluster().setMasterCount(4)).hasMessageContaining("1, 3 or 5 masters");
        }
    }

    /**
     * Such an answer would grow with the square of the nodes: every node would get the state of
     * every node each second.
     */
    @Test
    void aHeartbeatIsNotAnsweredWithTheStatesOfAllNodes() throws IOException {
        try (LocalCluster cluster = LocalCluster.start(base, 1, CHUNK);
                Connector connector = cluster.connectorAs(new NodeId(0))) {
            Address address = cluster.node(n(0)).address();
            Request.Heartbeat beat = new Request.Heartbeat(
                    n(0), address, 0, 0, 0, 0, true, 0, ScrubReport.NONE, RepairReport.NONE, SeatReport.NONE);
            Reply beaten = connector.call(address, new RequestEnvelope(n(0), beat), Duration.ofSeconds(5));
            Reply viewed = connector.call(address, RequestEnvelope.toAny(new Request.GetView()), Duration.ofSeconds(5));
            assertThat(((Reply.ViewOf) beaten).states()).isEmpty();
            assertThat(((Reply.ViewOf) viewed).states()).hasSize(1);
        }
    }

    /** Rule 8: a resting seat needs its log as much as one in use. */
    @Test
    void aRestingSeatWithoutItsLogIsNotTakenAgain() throws IOException {
        try (LocalCluster cluster = LocalCluster.start(base, 4, CHUNK);
                TrivetClient client = cluster.client()) {
            NodeId fourth = n(3);
            cluster.stop(fourth);
            NodeIdentity.read(cluster.data(fourth))
                    .withSeating(NodeIdentity.Seating.RESTING, NodeIdentity.FIRST_EPOCH)
                    .write(cluster.data(fourth));
            cluster.restart(fourth);
            assertThatThrownBy(() -> cluster.node(fourth).seat().take(NodeIdentity.FIRST_EPOCH))
                    .hasMessageContaining("returns only as a new member");
            assertThat(masters(client)).doesNotContain(fourth);
        }
    }
}
