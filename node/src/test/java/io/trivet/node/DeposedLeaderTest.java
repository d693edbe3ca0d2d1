package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.Address;
import io.trivet.model.CallerIdentity;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.Command;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.SessionId;
import io.trivet.model.TrivetException;
import io.trivet.namespace.MemoryStore;
import io.trivet.node.access.Authorizer;
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
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A former leader that does not know yet that there is another one never answers from its outdated
 * state.
 */
final class DeposedLeaderTest {
    private static final ClusterId CLUSTER = new ClusterId(new UUID(1, 2));
    private static final NodeId SELF = new NodeId(0);
    private static final NodeId OTHER = new NodeId(1);

    @TempDir
    Path data;

    private final NamespaceHolder namespace = new NamespaceHolder();
    private Authorizer authorizer;
    private CallerIdentity user;

    /** It still considers itself the leader; the other masters decide whether it is. */
    private static final class DeposedSeat extends RaftMember {
        DeposedSeat(NamespaceHolder namespace, KnownCluster cluster) {
            super(namespace, cluster);
        }

        @Override
        public boolean leads() {
            return true;
        }

        @Override
        public QueryResult ask(Query query) {
            return new QueryResult.Refused(new Refusal(Refusal.Kind.NOT_LEADER, OTHER.toString(), "ask the leader"));
        }
    }

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
        KnownCluster cluster = new KnownCluster(data);
        namespace.open(new MemoryStore());
        namespace
                .current()
                .orElseThrow()
                .apply(
                        1,
                        Instant.EPOCH,
                        List.of(
                                Operation.unnumbered(new Command.Found(
                                        CLUSTER, ChunkSize.DEFAULT, 0, new UUID(3, 4), identity.address(), 1, "")),
                                Operation.unnumbered(new Command.AddUser("ann", new byte[60], List.of()))));
        user = new CallerIdentity.OfUser(
                "ann",
                namespace.current().orElseThrow().user("ann").orElseThrow().mark());
        authorizer = new Authorizer(
                SELF,
                new DeposedSeat(namespace, cluster),
                cluster,
                Keyring.open(data, safe, identity.trustSettings()),
                new TokenKeys(safe),
                new ClusterClock(InstantSource.system()));
    }

    private void refersToTheLeader(Runnable asked) {
        assertThatThrownBy(asked::run).isInstanceOfSatisfying(TrivetException.class, e -> {
            assertThat(e.kind()).isEqualTo(Refusal.Kind.NOT_LEADER);
            assertThat(e.refusal().subject()).isEqualTo(OTHER.toString());
        });
    }

    private void admit(Request request) {
        authorizer.admit(user, new byte[0], RequestEnvelope.toAny(request));
    }

    /** The client would drop the session and all that is open in it. */
    @Test
    void aSessionThatIsNotKnownHereHasNotEnded() {
        refersToTheLeader(() -> admit(new Request.KeepSession(new SessionId(7))));
        refersToTheLeader(() -> admit(new Request.Submit(
                new Operation(new SessionId(7), 1, 1, new Command.MakeDirectory(RemotePath.parse("/a"))))));
        refersToTheLeader(() -> authorizer.userOf(new SessionId(7)));
    }

    @Test
    void aRightThatIsNotKnownHereMayHaveBeenGiven() {
        refersToTheLeader(() -> admit(new Request.Ask(new Query.Lookup(RemotePath.parse("/a")))));
    }
}
