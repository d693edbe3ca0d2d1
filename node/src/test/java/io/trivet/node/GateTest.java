package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.Address;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.ClusterView;
import io.trivet.model.Identity;
import io.trivet.model.Masters;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.Part;
import io.trivet.model.Rebalancing;
import io.trivet.model.Refusal;
import io.trivet.model.Standing;
import io.trivet.model.Sweeping;
import io.trivet.model.TrivetException;
import io.trivet.wire.Addressed;
import io.trivet.wire.Request;
import io.trivet.wire.Trust;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What nodes may ask of a node that does not lead. */
final class GateTest {
    private static final ClusterId CLUSTER = new ClusterId(new UUID(1, 2));
    private static final NodeId SELF = new NodeId(0);
    private static final NodeId MEMBER = new NodeId(1);
    private static final NodeId REMOVED = new NodeId(2);
    private static final NodeId FORGOTTEN = new NodeId(3);

    @TempDir
    Path data;

    private Gate gate;

    @BeforeEach
    void open() throws IOException {
        NodeIdentity identity = new NodeIdentity(
                CLUSTER,
                SELF,
                new UUID(3, 4),
                new Trust.Plaintext(),
                new Address("localhost", 7),
                List.of(data),
                true,
                NodeIdentity.Seating.NONE,
                0);
        KeySafe safe = new KeySafe(data, identity);
        KnownCluster cluster = new KnownCluster(data);
        cluster.learn(view());
        gate = new Gate(
                SELF,
                new Seat(new LiveNamespace(), cluster),
                cluster,
                Keyring.open(data, safe, identity.trust()),
                new TokenKeys(safe));
    }

    private static ClusterView view() {
        return new ClusterView(
                CLUSTER,
                1,
                1,
                ChunkSize.DEFAULT,
                0,
                List.of(
                        node(SELF, Part.USUAL),
                        node(MEMBER, Part.USUAL),
                        node(REMOVED, Part.USUAL.withStanding(Standing.REMOVED))),
                List.of(),
                Sweeping.USUAL,
                Rebalancing.USUAL,
                null,
                Masters.USUAL);
    }

    private static Node node(NodeId id, Part part) {
        return new Node(id, new Address("localhost", 7), 1, "", 0, true, part);
    }

    private void admit(NodeId node, Request request) {
        gate.admit(new Identity.OfNode(node), new byte[0], Addressed.toAny(request));
    }

    /** All that a member may ask, whether or not users may ask it as well. */
    private static List<Request> ofMembers() {
        List<Request> all = new ArrayList<>();
        for (Record kind : Samples.ofEveryKind()) {
            if (kind instanceof Request request
                    && !(request instanceof Request.Submit || request instanceof Request.Ask)
                    && RequestRightsTest.words(RequestRights.of(request)).matches(".*member|.*master")) {
                all.add(request);
            }
        }
        return all;
    }

    @Test
    void aMemberIsAdmitted() {
        assertThat(ofMembers()).hasSizeGreaterThan(10);
        for (Request request : ofMembers()) {
            assertThatCode(() -> admit(MEMBER, request)).as("%s", request).doesNotThrowAnyException();
        }
    }

    /** Its row stays in the view until nothing lies where only that row says where; its rights end before. */
    @Test
    void aRemovedNodeThatIsStillNamedIsRefused() {
        for (NodeId gone : List.of(REMOVED, FORGOTTEN)) {
            for (Request request : ofMembers()) {
                assertThatThrownBy(() -> admit(gone, request))
                        .as("%s of %s", request, gone)
                        .isInstanceOfSatisfying(
                                TrivetException.class, e -> assertThat(e.kind()).isEqualTo(Refusal.Kind.FORBIDDEN));
            }
        }
    }
}
