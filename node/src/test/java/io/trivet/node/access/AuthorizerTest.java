package io.trivet.node.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.Address;
import io.trivet.model.AdminState;
import io.trivet.model.CallerIdentity;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.ClusterView;
import io.trivet.model.FileId;
import io.trivet.model.MasterCount;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.NodeShare;
import io.trivet.model.RebalanceSettings;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Slot;
import io.trivet.model.SweepSettings;
import io.trivet.model.TrivetException;
import io.trivet.node.Samples;
import io.trivet.node.cluster.ClusterClock;
import io.trivet.node.cluster.KnownCluster;
import io.trivet.node.identity.NodeIdentity;
import io.trivet.node.keys.ClusterKeyStore;
import io.trivet.node.keys.Keyring;
import io.trivet.node.keys.TokenKeys;
import io.trivet.node.raft.NamespaceHolder;
import io.trivet.node.raft.RaftMember;
import io.trivet.wire.credentials.TrustSettings;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What nodes may request of a node that does not lead. */
final class AuthorizerTest {
    private static final ClusterId CLUSTER = new ClusterId(new UUID(1, 2));
    private static final NodeId SELF = new NodeId(0);
    private static final NodeId MEMBER = new NodeId(1);
    private static final NodeId REMOVED = new NodeId(2);
    private static final NodeId FORGOTTEN = new NodeId(3);

    @TempDir
    Path data;

    private Authorizer authorizer;
    private KnownCluster cluster;

    @BeforeEach
    void open() throws IOException {
        NodeIdentity identity = new NodeIdentity(
                CLUSTER,
                SELF,
                new UUID(3, 4),
                new TrustSettings.Plaintext(),
                new Address("localhost", 7),
                List.of(),
                true,
                NodeIdentity.Seating.NONE,
                0);
        ClusterKeyStore safe = new ClusterKeyStore(data, identity);
        cluster = new KnownCluster(data);
        cluster.learn(view());
        authorizer = new Authorizer(
                SELF,
                new RaftMember(new NamespaceHolder(), cluster),
                cluster,
                Keyring.open(data, safe, identity.trustSettings()),
                new TokenKeys(safe),
                new ClusterClock(InstantSource.system()));
    }

    private static ClusterView view() {
        return view(
                1,
                node(SELF, NodeShare.USUAL),
                node(MEMBER, NodeShare.USUAL),
                node(REMOVED, NodeShare.USUAL.withStanding(AdminState.REMOVED)));
    }

    private static ClusterView view(long version, Node... nodes) {
        return new ClusterView(
                CLUSTER,
                version,
                1,
                ChunkSize.DEFAULT,
                0,
                List.of(nodes),
                List.of(),
                SweepSettings.USUAL,
                RebalanceSettings.USUAL,
                null,
                MasterCount.USUAL);
    }

    private static Node node(NodeId id, NodeShare nodeShare) {
        return new Node(id, new Address("localhost", 7), 1, "", 0, true, nodeShare);
    }

    private void admit(NodeId node, Request request) {
        authorizer.admit(new CallerIdentity.OfNode(node), new byte[0], RequestEnvelope.toAny(request));
    }

    /** All requests that a member may send, whether or not users may send them as well. */
    private static List<Request> ofMembers() {
        List<Request> all = new ArrayList<>();
        for (Record kind : Samples.ofEveryKind()) {
            if (kind instanceof Request request
                    && !(request instanceof Request.Submit || request instanceof Request.Ask)
                    && AccessRulesTest.words(AccessRules.of(request)).matches(".*member|.*master")) {
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

    /**
     * The authority signed it earlier, or someone with its key did: the namespace decides which key
     * a node's number has.
     */
    @Test
    void aCertificateForAnotherKeyThanTheOneThatJoinedIsWorthNothing() {
        UUID joined = new UUID(7, 8);
        cluster.learn(view(
                2, node(SELF, NodeShare.USUAL), node(MEMBER, NodeShare.USUAL).withKey(joined)));
        RequestEnvelope asked = RequestEnvelope.toAny(new Request.GetTokenKeys());
        authorizer.admit(new CallerIdentity.OfNode(MEMBER, joined), new byte[0], asked);
        assertThatThrownBy(
                        () -> authorizer.admit(new CallerIdentity.OfNode(MEMBER, new UUID(7, 9)), new byte[0], asked))
                .isInstanceOfSatisfying(TrivetException.class, e -> {
                    assertThat(e.kind()).isEqualTo(Refusal.Kind.FORBIDDEN);
                    assertThat(e.getMessage()).contains("another key");
                });
    }

    /**
     * A view stored by an earlier release has no keys: the next answer of a leader adds them, an
     * older one does not.
     */
    @Test
    void aViewWithoutKeysIsAskedForAgain() {
        assertThat(cluster.version()).isZero();
        Node keyed = node(MEMBER, NodeShare.USUAL).withKey(new UUID(7, 8));
        cluster.learn(view(0, keyed));
        assertThat(cluster.version()).isZero();
        cluster.learn(view(1, keyed));
        assertThat(cluster.version()).isEqualTo(1);
        cluster.learn(view(1, node(MEMBER, NodeShare.USUAL)));
        assertThat(cluster.view().orElseThrow().hasKeys()).isTrue();
    }

    /** Its row stays in the view while locations depend on it; its rights end before. */
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

    /** Checked before the user is looked at, which only a leader could do. */
    @Test
    void aNodeThatWasRemovedActsForNobodyAndNoNodeForLongerThanItMay() {
        long now = System.currentTimeMillis();
        for (CallerIdentity.Delegate delegate : List.of(
                new CallerIdentity.Delegate(REMOVED, now + 600_000),
                new CallerIdentity.Delegate(FORGOTTEN, now + 600_000),
                new CallerIdentity.Delegate(MEMBER, now - 1))) {
            assertThatThrownBy(() -> authorizer.admit(
                            new CallerIdentity.OfUser("ada", 1, delegate),
                            new byte[0],
                            RequestEnvelope.toAny(new Request.RenewToken())))
                    .isInstanceOfSatisfying(TrivetException.class, e -> {
                        assertThat(e.kind()).isEqualTo(Refusal.Kind.NOT_LOGGED_IN);
                        assertThat(e.getMessage()).contains(delegate.node().toString());
                    });
        }
    }

    private static Request.StoreChunk store(int hop, NodeId... chain) {
        return new Request.StoreChunk(
                new ChunkId(new FileId(1, 1), 1),
                new Slot(0),
                ChunkSize.DEFAULT,
                1,
                true,
                RemotePath.parse("/a"),
                List.of(chain),
                hop);
    }

    /** It would take several places there, and a chain that returns to a node waits for itself. */
    @Test
    void aChainHasEachNodeOnceAndNotTheOneThatItBeginsAt() {
        for (Request request : List.of(
                store(0, MEMBER, SELF),
                store(0, MEMBER, MEMBER),
                new Request.ForwardChunk(new ChunkId(new FileId(1, 1), 1), new Slot(0), List.of(SELF)))) {
            assertThatThrownBy(() -> admit(MEMBER, request))
                    .isInstanceOfSatisfying(
                            TrivetException.class, e -> assertThat(e.kind()).isEqualTo(Refusal.Kind.BAD_REQUEST));
        }
        assertThatCode(() -> admit(MEMBER, store(1, MEMBER, REMOVED))).doesNotThrowAnyException();
    }

    @Test
    void aStrangerHasNothingExamined() {
        Request examine = new Request.Examine(new Address("localhost", 7));
        assertThatThrownBy(() ->
                        authorizer.admit(new CallerIdentity.Anonymous(), new byte[0], RequestEnvelope.toAny(examine)))
                .isInstanceOfSatisfying(
                        TrivetException.class, e -> assertThat(e.kind()).isEqualTo(Refusal.Kind.FORBIDDEN));
        assertThatThrownBy(() -> authorizer.admit(
                        new CallerIdentity.Anonymous(), new byte[0], new RequestEnvelope(null, examine, new byte[64])))
                .hasMessageContaining("open join token");
    }
}
