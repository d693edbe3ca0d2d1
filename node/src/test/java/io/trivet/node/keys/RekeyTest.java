package io.trivet.node.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.trivet.authority.Authority;
import io.trivet.authority.ClusterKeys;
import io.trivet.authority.NodeCertificate;
import io.trivet.authority.NodeKey;
import io.trivet.authority.SigningRequest;
import io.trivet.client.ClientOptions;
import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.message.StateMessages;
import io.trivet.model.CallerIdentity;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.Command;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import io.trivet.namespace.Backup;
import io.trivet.node.LocalCluster;
import io.trivet.node.NodeOptions;
import io.trivet.node.TrivetNode;
import io.trivet.node.identity.NodeIdentity;
import io.trivet.wire.Connector;
import io.trivet.wire.LoginHandshake;
import io.trivet.wire.TransportSecurity;
import io.trivet.wire.credentials.CertificateTime;
import io.trivet.wire.credentials.Secret;
import io.trivet.wire.credentials.TrustSettings;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The cluster's keys are replaced: every member and client follows, and the old keys become
 * useless.
 */
final class RekeyTest {
    private static final List<NodeId> NODES = List.of(new NodeId(0), new NodeId(1), new NodeId(2));
    private static final NodeId N2 = NODES.get(2);
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    Path base;

    private LocalCluster cluster;
    private ClusterId id;
    private TrustSettings.Authority first;

    @BeforeEach
    void start() throws IOException {
        cluster = LocalCluster.start(base.resolve("c"), NODES.size(), ChunkSize.DEFAULT);
        id = cluster.node(N2).profile().cluster();
        first = (TrustSettings.Authority) cluster.trust();
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private TrustSettings.Authority believed(NodeId node) {
        try {
            return (TrustSettings.Authority)
                    NodeIdentity.read(cluster.data(node)).trustSettings();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The node trusts the new authority, has a certificate of it, and as a master has its keys. */
    private boolean hasFollowed(NodeId node) {
        TrustSettings.Authority now = believed(node);
        try {
            Path data = cluster.data(node);
            return !now.isSame(first)
                    && NodeCertificate.in(data, NodeKey.in(data)).isOf(now)
                    && ClusterKeys.in(data, id).orElseThrow().has(now);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitFollowed(List<NodeId> nodes) {
        LocalCluster.await("nodes follow " + nodes, () -> nodes.stream().allMatch(this::hasFollowed));
    }

    private void rekey(Duration overlap) {
        try (TrivetClient client = cluster.client()) {
            client.cluster().rekey(overlap);
        }
    }

    private TrivetClient believing(TrustSettings trustSettings) {
        return TrivetClient.connect(
                ClientOptions.of(cluster.addresses(), trustSettings).as(cluster.account()));
    }

    private static void saveAndLoad(TrivetClient client, String name) throws IOException {
        client.save(new ByteArrayInputStream(new byte[99]), RemotePath.parse(name), Progress.NONE);
        ByteArrayOutputStream loaded = new ByteArrayOutputStream();
        client.load(RemotePath.parse(name), loaded, Progress.NONE);
        assertThat(loaded.size()).isEqualTo(99);
    }

    private static void refused(Refusal.Kind kind, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TrivetException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }

    @Test
    void nodesClientsAndUsersGoOnAndNothingIsMadeWithTheOldKeys() throws IOException {
        try (TrivetClient lasting = cluster.client()) {
            Secret alices = Secret.random();
            lasting.users().add("alice", alices);
            saveAndLoad(lasting, "/before");
            lasting.cluster().rekey(HOUR);
            refused(Refusal.Kind.ALREADY_EXISTS, () -> {
                try (Connector connector = cluster.connector()) {
                    connector.introduceAs(
                            new LoginHandshake(
                                    new CallerIdentity.OfUser(cluster.account().accessKey(), 0),
                                    cluster.account().secret()::bytes),
                            true);
                    connector.call(
                            cluster.node(leader()).address(), RequestEnvelope.toAny(new Request.Rekey(0, HOUR)), LIMIT);
                }
            });
            awaitFollowed(NODES);
            saveAndLoad(lasting, "/lasting");
            // It learns of the change with its next new connection, at the latest.
            NodeId restarted = NODES.stream()
                    .filter(node -> !node.equals(leader()))
                    .findFirst()
                    .orElseThrow();
            cluster.stop(restarted);
            cluster.restart(restarted);
            LocalCluster.await("a client that goes on follows", () -> {
                try {
                    saveAndLoad(lasting, "/lasting");
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                return lasting.cluster().newTrust().isPresent();
            });
        }
        TrustSettings.Authority now = believed(N2);
        assertThat(now.former()).hasSize(1);
        for (TrustSettings trustSettings : List.of(first, now, new TrustSettings.Authority(now.fingerprint()))) {
            try (TrivetClient client = believing(trustSettings)) {
                saveAndLoad(client, "/c" + trustSettings.text().length());
            }
        }
        requireRewrapped();
        cluster.join();
        cluster.stopAll();
        cluster.restartAll(4);
        try (TrivetClient client = cluster.client()) {
            saveAndLoad(client, "/after");
            client.cluster().rekey(HOUR);
        }
        LocalCluster.await(
                "a second change is followed",
                () -> NODES.stream().allMatch(node -> believed(node).former().size() == 2));
        try (TrivetClient old = believing(first)) {
            saveAndLoad(old, "/of the first");
        }
    }

    private NodeId leader() {
        try (TrivetClient client = cluster.client()) {
            return client.cluster().status().leader().orElseThrow();
        }
    }

    /** No secret of a user remains that a holder of the first keys could read. */
    private void requireRewrapped() throws IOException {
        Path backup = base.resolve("backup");
        LocalCluster.await("all secrets are wrapped anew", () -> {
            try (TrivetClient client = cluster.client()) {
                Files.deleteIfExists(backup);
                client.cluster().backUpNamespace(backup);
                ClusterKeys all = ClusterKeys.in(cluster.data(N2), id).orElseThrow();
                return wrapped(backup).entrySet().stream()
                        .allMatch(secret -> all.as(believed(N2))
                                .orElseThrow()
                                .isCurrent(Keyring.purpose(secret.getKey()), secret.getValue()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThat(wrapped(backup)).containsKeys("admin", "alice");
    }

    private static Map<String, byte[]> wrapped(Path backup) throws IOException {
        Map<String, byte[]> secrets = new HashMap<>();
        try (InputStream in = Files.newInputStream(backup)) {
            Backup.replay(in, N2, 1000, command -> {
                if (command instanceof Command.Restore restore) {
                    restore.rows().stream()
                            .filter(row -> row.key()[0] == 'U')
                            .forEach(row -> secrets.put(name(row), secret(row)));
                }
            });
        }
        return secrets;
    }

    private static String name(Command.Row row) {
        return new String(row.key(), 1, row.key().length - 1, StandardCharsets.US_ASCII);
    }

    private static byte[] secret(Command.Row row) {
        try {
            return StateMessages.UserRow.parseFrom(row.value()).getSecret().toByteArray();
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * A client asks the cluster for its authority when it meets a node that it trusts only through
     * the voucher of a former one.
     */
    @Test
    void whoIsBelievedByAVoucherAloneIsHeardOf() {
        rekey(HOUR);
        awaitFollowed(NODES);
        AtomicInteger vouched = new AtomicInteger();
        for (TrustSettings.Authority known : List.of(first, believed(N2))) {
            TransportSecurity transportSecurity =
                    TransportSecurity.believing(() -> known, CertificateTime.OF_THIS_MACHINE, vouched::incrementAndGet);
            try (Connector connector = new Connector("vouched", id, transportSecurity)) {
                connector.call(cluster.addresses().getFirst(), RequestEnvelope.toAny(new Request.GetView()), LIMIT);
            }
            assertThat(vouched).hasValue(1);
        }
    }

    @Test
    void aMasterThatWasDownFollowsByItself() throws IOException {
        cluster.stop(N2);
        rekey(HOUR);
        awaitFollowed(NODES.subList(0, 2));
        cluster.restart(N2);
        awaitFollowed(NODES);
        cluster.stop(NODES.get(0));
        try (TrivetClient client = cluster.client()) {
            saveAndLoad(client, "/with the two others");
        }
    }

    @Test
    void aClusterThatWasEndedInTheMidstGoesOn() throws IOException {
        rekey(HOUR);
        cluster.stopAll();
        cluster.restartAll(NODES.size());
        awaitFollowed(NODES);
        try (TrivetClient client = believing(first)) {
            saveAndLoad(client, "/after");
        }
    }

    /**
     * The first two steps were done, and the leader stopped before the third: nothing has changed,
     * and the next attempt starts over.
     */
    @Test
    void whatATryThatWasCutShortLeftIsUsedByNobody() throws IOException {
        cluster.stopAll();
        for (NodeId node : NODES) {
            ClusterKeyStore safe = new ClusterKeyStore(cluster.data(node), NodeIdentity.read(cluster.data(node)));
            assertThat(safe.prepare().authorities()).hasSize(2);
        }
        cluster.restartAll(NODES.size());
        try (TrivetClient client = cluster.client()) {
            saveAndLoad(client, "/as before");
            assertThat(client.cluster().newTrust()).isEmpty();
            client.cluster().rekey(HOUR);
        }
        awaitFollowed(NODES);
    }

    @Test
    void afterTheOverlapTheOldKeysAreWorthNothingAndANodeThatWasOffIsToldWhomToBelieve() throws IOException {
        ClusterKeys stolen = ClusterKeys.in(cluster.data(N2), id).orElseThrow();
        cluster.stop(N2);
        rekey(Duration.ofMinutes(1));
        awaitFollowed(NODES.subList(0, 2));
        cluster.stopAll();
        NODES.forEach(node -> cluster.setClock(node, Duration.ofMinutes(10)));
        cluster.restartAll(2);
        try (Connector forger = holder(stolen.authority(), NODES.get(1))) {
            refused(
                    Refusal.Kind.UNTRUSTED,
                    () -> forger.call(
                            cluster.addresses().getFirst(), RequestEnvelope.toAny(new Request.GetView()), LIMIT));
        }
        NodeOptions again = new NodeOptions(
                cluster.data(N2),
                List.of(),
                Optional.empty(),
                new NodeOptions.Start.Restart(List.of(), Map.of(), Optional.of(believed(NODES.get(0)))));
        try (TrivetNode node = TrivetNode.start(again)) {
            assertThat(node.awaitReady(LIMIT.multipliedBy(2))).isTrue();
            awaitFollowed(NODES);
        }
    }

    /**
     * An attacker with an authority's key makes a certificate for a node's number, and for that
     * node's own key.
     */
    private Connector holder(Authority signer, NodeId node) throws IOException {
        NodeKey key = NodeKey.in(cluster.data(node));
        List<byte[]> chain =
                signer.chain(node, SigningRequest.parse(key.signingRequest()), Instant.now(), Duration.ofDays(1));
        Path home = Files.createDirectories(base.resolve("holder"));
        NodeCertificate certificate = NodeCertificate.first(home, key, signer.trust(), chain);
        return new Connector("holder", id, TransportSecurity.of(believed(node), certificate::current));
    }
}
