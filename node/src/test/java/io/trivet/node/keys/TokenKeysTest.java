package io.trivet.node.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.authority.ClusterKeys;
import io.trivet.model.Address;
import io.trivet.model.AdminState;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.ClusterView;
import io.trivet.model.MasterCount;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.NodeShare;
import io.trivet.model.RebalanceSettings;
import io.trivet.model.SweepSettings;
import io.trivet.model.TrivetException;
import io.trivet.node.identity.NodeIdentity;
import io.trivet.wire.credentials.TrustSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The keys of chunk tokens change with time and with every node that leaves; issued tokens stay
 * valid until they expire.
 */
class TokenKeysTest {
    private static final ClusterId CLUSTER = new ClusterId(new UUID(1, 2));

    @TempDir
    Path base;

    private long nanos = 7;
    private long millis = Instant.parse("2026-01-01T03:00:00Z").toEpochMilli();
    private TokenKeys leader;
    private TokenKeys node;
    private ClusterKeys keys;

    @BeforeEach
    void open() throws IOException {
        keys = ClusterKeys.make(CLUSTER, Instant.ofEpochMilli(millis));
        Path master = base.resolve("master");
        java.nio.file.Files.createDirectories(master);
        keys.write(master);
        leader = keysIn(master);
        node = keysIn(base);
        leader.lead(view(1, 0, 1, 2), () -> 0);
        node.learn(leader.all(), view(1, 0, 1, 2));
    }

    private TokenKeys keysIn(Path data) throws IOException {
        NodeIdentity identity = new NodeIdentity(
                CLUSTER,
                new NodeId(0),
                new UUID(3, 4),
                new TrustSettings.Plaintext(),
                new Address("localhost", 7),
                List.of(),
                true,
                NodeIdentity.Seating.NONE,
                0);
        return new TokenKeys(new ClusterKeyStore(data, identity), () -> nanos, () -> millis);
    }

    private static ClusterView view(long version, int... members) {
        List<Node> nodes = new ArrayList<>();
        for (int member : members) {
            nodes.add(new Node(new NodeId(member), new Address("localhost", 7), 1, "", 0, false));
        }
        return view(version, nodes);
    }

    private static ClusterView view(long version, List<Node> nodes) {
        return new ClusterView(
                CLUSTER,
                version,
                1,
                ChunkSize.DEFAULT,
                0,
                nodes,
                List.of(),
                SweepSettings.USUAL,
                RebalanceSettings.USUAL,
                null,
                MasterCount.USUAL);
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
        millis += time.toMillis();
    }

    private void isGood(TokenKeys at, long id) {
        assertThat(at.key(id)).isEqualTo(TokenKeys.derived(keys, id));
    }

    @Test
    void aKeySignsForAPeriodAndChecksForOneMore() {
        long id = leader.signing();
        isGood(leader, id);
        isGood(node, id);
        pass(TokenKeys.PERIOD);
        assertThat(leader.signing()).isNotEqualTo(id);
        isGood(node, leader.signing());
        isGood(node, id);
        pass(TokenKeys.PERIOD);
        assertThat(node.key(id)).isNull();
        assertThat(leader.key(id)).isNull();
    }

    /**
     * The next period's keys are requested one period ahead: a node whose clock is slightly wrong
     * has them.
     */
    @Test
    void aNodeAsksInGoodTime() {
        assertThat(node.lacks(view(1, 0, 1, 2))).isFalse();
        pass(TokenKeys.PERIOD);
        assertThat(node.lacks(view(1, 0, 1, 2))).isTrue();
        node.learn(leader.all(), view(1, 0, 1, 2));
        assertThat(node.lacks(view(1, 0, 1, 2))).isFalse();
    }

    /**
     * It knew the keys of this period and of the next: without this it could sign tokens for itself
     * for up to twelve hours.
     */
    @Test
    void whatANodeKnewThatLeftIsWorthNothingAfterTheLifeOfAToken() {
        long before = leader.signing();
        ClusterView without = view(2, 0, 1);
        leader.lead(without, () -> 1);
        assertThat(leader.signing()).as("until everybody had time to ask").isEqualTo(before);
        assertThat(node.lacks(without)).isTrue();
        node.learn(leader.all(), without);

        pass(TokenKeys.SPREAD);
        long after = leader.signing();
        assertThat(after).isNotEqualTo(before);
        isGood(node, after);
        isGood(node, before);
        isGood(leader, before);
        pass(TokenKeys.GRACE);
        for (TokenKeys at : List.of(node, leader)) {
            assertThat(at.key(before)).isNull();
            assertThat(at.key(before + (1L << 20))).as("of the next period").isNull();
            isGood(at, after);
        }
    }

    /** A removed node counts as gone from its removal, not from the end of its row. */
    @Test
    void aRemovedNodeThatIsStillNamedIsNoMember() {
        Node gone = new Node(
                new NodeId(2),
                new Address("localhost", 7),
                1,
                "",
                0,
                false,
                NodeShare.USUAL.withStanding(AdminState.REMOVED));
        List<Node> nodes = new ArrayList<>(view(2, 0, 1).nodes());
        nodes.add(gone);
        assertThat(node.lacks(view(2, nodes))).isTrue();
    }

    /**
     * A node that starts after a departure gets all keys that are still valid, so that it refuses
     * no token that others accept.
     */
    @Test
    void aNodeThatStartsIsToldAllThatIsStillGood() throws IOException {
        long before = leader.signing();
        leader.lead(view(2, 0, 1), () -> 1);
        TokenKeys late = keysIn(base);
        assertThat(late.key(before)).isNull();
        late.learn(leader.all(), view(2, 0, 1));
        isGood(late, before);
        pass(TokenKeys.GRACE);
        assertThat(late.key(before)).isNull();
    }

    @Test
    void onlyAMasterSigns() {
        assertThatThrownBy(() -> node.signingKey(leader.signing())).isInstanceOf(TrivetException.class);
    }
}
