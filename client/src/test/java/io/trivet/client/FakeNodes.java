package io.trivet.client;

import io.trivet.model.Absence;
import io.trivet.model.Address;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.ClusterView;
import io.trivet.model.Layout;
import io.trivet.model.MasterCount;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.RebalanceSettings;
import io.trivet.model.Refusal;
import io.trivet.model.ScrubReport;
import io.trivet.model.StorageReport;
import io.trivet.model.SweepSettings;
import io.trivet.placement.Member;
import io.trivet.placement.Planner;
import io.trivet.wire.Acceptor;
import io.trivet.wire.Connection;
import io.trivet.wire.Connector;
import io.trivet.wire.TransportSecurity;
import io.trivet.wire.credentials.TrustSettings;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArraySet;

/** Nodes on loopback with answers set by the test; n0 leads. */
final class FakeNodes implements AutoCloseable {
    /** A node's answer to every request except that for the view. */
    interface Answer {
        void to(NodeId node, Connection connection, Request request) throws IOException;
    }

    private static final ClusterId CLUSTER = new ClusterId(new UUID(1, 2));

    final Connector connector = new Connector("test", null, TransportSecurity.of(new TrustSettings.Plaintext()));
    final Cluster cluster;
    final Set<NodeId> silent = new CopyOnWriteArraySet<>();

    /** Nodes at whose addresses another node of the cluster answers. */
    final Set<NodeId> moved = new CopyOnWriteArraySet<>();

    /** Nodes that say that they know requests for many at once, as those of earlier releases do not. */
    final Set<NodeId> takingBatches = new CopyOnWriteArraySet<>();

    private final List<Acceptor> acceptors = new ArrayList<>();
    private final ClusterView view;

    FakeNodes(int nodes, Answer answer) throws IOException {
        List<Node> all = new ArrayList<>();
        for (int number = 0; number < nodes; number++) {
            all.add(new Node(new NodeId(number), freeAddress(), 1, "", 0, true));
        }
        view = view(all);
        for (Node node : all) {
            Acceptor acceptor = new Acceptor(
                    node.id().toString(),
                    node.address(),
                    CLUSTER,
                    TransportSecurity.of(new TrustSettings.Plaintext()),
                    (connection, request) -> {
                        if (moved.contains(node.id()) && request.message().target() != null) {
                            connection.send(new Reply.Refused(new Refusal(
                                    Refusal.Kind.WRONG_NODE, node.id().toString(), "another node is here now")));
                        } else if (request.message().request() instanceof Request.GetView) {
                            connection.send(viewOf(node.id()));
                        } else {
                            answer.to(node.id(), connection, request.message().request());
                        }
                    },
                    100);
            acceptors.add(acceptor);
            acceptor.start();
        }
        cluster = new Cluster(connector, all.stream().map(Node::address).toList());
    }

    private Reply.ViewOf viewOf(NodeId self) {
        List<Reply.NodeState> states = view.nodes().stream()
                .map(node -> new Reply.NodeState(
                        node.id(),
                        !silent.contains(node.id()),
                        true,
                        0,
                        1 << 30,
                        true,
                        ScrubReport.NONE,
                        StorageReport.NONE,
                        0,
                        Optional.empty(),
                        Absence.NONE))
                .toList();
        return new Reply.ViewOf(self, view, new NodeId(0), states, 0, 0, List.of(), takingBatches.contains(self));
    }

    private static ClusterView view(List<Node> nodes) {
        Layout layout = Planner.fresh(
                        nodes.stream().map(node -> new Member(node.id(), 1, "")).toList(), Math.min(2, nodes.size()))
                .layout();
        return new ClusterView(
                CLUSTER,
                1,
                1,
                ChunkSize.DEFAULT,
                0,
                nodes,
                List.of(layout),
                SweepSettings.USUAL,
                RebalanceSettings.USUAL,
                null,
                MasterCount.USUAL);
    }

    private static Address freeAddress() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new Address("127.0.0.1", socket.getLocalPort());
        }
    }

    @Override
    public void close() throws IOException {
        connector.close();
        for (Acceptor acceptor : acceptors) {
            acceptor.close();
        }
    }
}
