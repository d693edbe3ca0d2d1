package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.authority.Authority;
import io.trivet.authority.ClusterKeys;
import io.trivet.authority.NodeCertificate;
import io.trivet.authority.NodeKey;
import io.trivet.authority.SigningRequest;
import io.trivet.client.ClientOptions;
import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.model.Address;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.NodeId;
import io.trivet.model.OpenToken;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import io.trivet.wire.Connection;
import io.trivet.wire.Connector;
import io.trivet.wire.TransportSecurity;
import io.trivet.wire.credentials.JoinProof;
import io.trivet.wire.credentials.JoinToken;
import io.trivet.wire.credentials.TrustSettings;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process outside the cluster reads nothing, cannot join, and is told why. */
final class TlsTest {
    private static final NodeId N0 = new NodeId(0);
    private static final ChunkSize CHUNK = new ChunkSize(64 << 10);
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final RequestEnvelope VIEW = RequestEnvelope.toAny(new Request.GetView());

    @TempDir
    static Path base;

    private static LocalCluster cluster;
    private static ClusterId id;

    @BeforeAll
    static void start() throws IOException {
        cluster = LocalCluster.start(base.resolve("c"), 2, CHUNK);
        id = cluster.node(N0).profile().cluster();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static Address address() {
        return cluster.addresses().getFirst();
    }

    private static TrustSettings.Authority authority() {
        return (TrustSettings.Authority) cluster.trust();
    }

    private static ClusterKeys keys() throws IOException {
        return ClusterKeys.in(cluster.data(N0), id).orElseThrow();
    }

    private static void refused(Refusal.Kind kind, String words, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(TrivetException.class, e -> {
            assertThat(e.getMessage()).contains(words);
            assertThat(e.kind()).isEqualTo(kind);
        });
    }

    /** A connector with a certificate that this authority signed. */
    private static Connector holder(String name, Authority signer, NodeId node, Instant at, Duration life)
            throws IOException {
        Path home = Files.createDirectories(base.resolve(name));
        NodeKey key = NodeKey.in(home);
        List<byte[]> chain = signer.chain(node, SigningRequest.parse(key.signingRequest()), at, life);
        NodeCertificate certificate = NodeCertificate.first(home, key, signer.trust(), chain);
        return new Connector(name, null, TransportSecurity.of(authority(), certificate::current));
    }

    /** Waits for the entry: it may be written a moment after the caller got the answer. */
    private static void audited(String... words) {
        LocalCluster.await(
                "an audit entry with " + List.of(words),
                () -> Stream.of(N0, new NodeId(1))
                        .flatMap(node -> Stream.of("audit.jsonl", "names.jsonl", "refused.jsonl")
                                .map(name -> cluster.data(node).resolve("audit").resolve(name)))
                        .anyMatch(file -> hasLine(file, words)));
    }

    private static boolean hasLine(Path file, String... words) {
        try {
            return Files.exists(file)
                    && Files.readAllLines(file).stream()
                            .anyMatch(line -> Stream.of(words).allMatch(line::contains));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Every connection authenticates both ends again, so an expired certificate is of no use after
     * an earlier session.
     */
    @Test
    void noSessionIsResumed() throws Exception {
        int[] shown = new int[1];
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(null, new TrustManager[] {new TrustingAll(() -> shown[0]++)}, null);
        for (int call = 1; call <= 3; call++) {
            try (Socket socket = context.getSocketFactory()
                    .createSocket(address().host(), address().port())) {
                socket.setSoTimeout((int) LIMIT.toMillis());
                socket.getOutputStream()
                        .write(ByteBuffer.allocate(24 + 8 + 2)
                                .put("TRIVET".getBytes(StandardCharsets.US_ASCII))
                                .putShort((short) 1)
                                .position(24)
                                .put((byte) 1)
                                .position(27)
                                .put((byte) 2)
                                .position(32)
                                .put((byte) 0x12)
                                .array());
                // A session ticket would arrive before the answer.
                assertThat(socket.getInputStream().readNBytes(24 + 8)).hasSize(24 + 8);
            }
            assertThat(shown[0])
                    .as("certificates shown in " + call + " connections")
                    .isEqualTo(call);
        }
    }

    @Test
    void aClientOfAnotherAuthorityTalksToNobody() {
        TrustSettings other = new TrustSettings.Authority("ab".repeat(32));
        refused(
                Refusal.Kind.UNTRUSTED,
                "another authority",
                () -> TrivetClient.connect(ClientOptions.of(cluster.addresses(), other)));
    }

    @Test
    void aNodeWithACertificateOfAnotherAuthorityIsRefused() throws IOException {
        Authority foreign = ClusterKeys.make(id, Instant.now()).authority();
        try (Connector stranger = holder("foreign", foreign, N0, Instant.now(), Duration.ofHours(1))) {
            refused(
                    Refusal.Kind.UNTRUSTED,
                    "does not accept this side's certificate",
                    () -> stranger.call(address(), VIEW, LIMIT));
        }
        audited("\"act\":\"connect\"", "another authority");
    }

    @Test
    void aCertificateThatRanOutIsRefused() throws IOException {
        Instant longAgo = Instant.now().minus(Duration.ofDays(3));
        try (Connector late = holder("late", keys().authority(), N0, longAgo, Duration.ofDays(1))) {
            refused(Refusal.Kind.UNTRUSTED, "does not accept", () -> late.call(address(), VIEW, LIMIT));
        }
        audited("\"act\":\"connect\"", "check the clocks of both sides");
    }

    /** A certificate outlives its node's membership; the published set counts. */
    @Test
    void aCertificateOfANodeThatIsNoMemberIsRefused() throws IOException {
        try (Connector removed =
                holder("removed", keys().authority(), new NodeId(77), Instant.now(), Duration.ofDays(1))) {
            refused(Refusal.Kind.FORBIDDEN, "no longer, a node", () -> removed.call(address(), VIEW, LIMIT));
        }
        audited("\"who\":\"node n77\"", "\"outcome\":\"refused\"", "no longer, a node");
    }

    @Test
    void whatNodesAskEachOtherIsNotAnsweredToClients() {
        try (Connector client = cluster.connector()) {
            for (Request request : List.of(
                    new Request.QuorumCall("vote"), new Request.TakeSeat(9), new Request.KeepKeys(new byte[9]))) {
                refused(
                        Refusal.Kind.FORBIDDEN,
                        "only nodes",
                        () -> client.call(address(), new RequestEnvelope(N0, request), LIMIT));
            }
        }
    }

    /**
     * A relay has two connections with different bindings: a login passed from one to the other is
     * not valid.
     */
    @Test
    void eachConnectionHasABindingOfItsOwnThatBothEndsKnow() {
        try (Connector client = cluster.connector()) {
            Connection one = client.take(address(), LIMIT);
            Connection other = client.take(address(), LIMIT);
            assertThat(one.channelBinding()).hasSize(32).isNotEqualTo(other.channelBinding());
            one.close();
            other.close();
        }
    }

    /**
     * Rule 13: a request meant for one node is not sent to another, even if that answers at the
     * address.
     */
    @Test
    void aNodeCannotStandForAnother() {
        try (Connector client = cluster.connector()) {
            refused(
                    Refusal.Kind.WRONG_NODE,
                    "n0 answered there",
                    () -> client.call(address(), new RequestEnvelope(new NodeId(1), new Request.GetView()), LIMIT));
        }
    }

    @Test
    void plainAndTlsSayWhatIsWrong() throws IOException {
        refused(
                Refusal.Kind.DENIED,
                "this cluster speaks TLS",
                () -> TrivetClient.connect(ClientOptions.of(cluster.addresses(), new TrustSettings.Plaintext())));
        try (LocalCluster plain = LocalCluster.plaintext(base.resolve("plain"), 1, CHUNK)) {
            refused(
                    Refusal.Kind.UNTRUSTED,
                    "speaks without TLS",
                    () -> TrivetClient.connect(ClientOptions.of(plain.addresses(), authority())));
            try (TrivetClient client = plain.client()) {
                client.save(new ByteArrayInputStream(new byte[9]), RemotePath.parse("/plain"), Progress.NONE);
                assertThat(JoinToken.parse(client.tokens().issue(LIMIT, 1)).trustSettings())
                        .isEqualTo(new TrustSettings.Plaintext());
            }
        }
    }

    private static void refusedToJoin(String words, String token, String name) {
        refused(
                Refusal.Kind.DENIED,
                words,
                () -> TrivetNode.start(new NodeOptions(
                        base.resolve(name),
                        List.of(),
                        Optional.of(LocalCluster.freeAddress()),
                        new NodeOptions.Start.Join(token))));
    }

    @Test
    void aTokenThatWasRevokedOrRanOutOrIsMadeUpLetsNobodyIn() {
        try (TrivetClient client = cluster.client()) {
            String revoked = client.tokens().issue(Duration.ofHours(1), 3);
            String tokenId = JoinToken.parse(revoked).id();
            assertThat(client.tokens().list()).extracting(OpenToken::id).contains(tokenId);
            client.tokens().revoke(tokenId);
            assertThat(client.tokens().list()).extracting(OpenToken::id).doesNotContain(tokenId);
            refusedToJoin("no such token", revoked, "r");
            assertThatThrownBy(() -> client.tokens().revoke(tokenId)).hasMessageContaining("there is no token");

            String brief = client.tokens().issue(Duration.ofMillis(300), 1);
            LocalCluster.await(
                    "the token ran out",
                    () -> client.tokens().list().isEmpty()
                            || Instant.now()
                                    .isAfter(client.tokens().list().getFirst().expires()));
            refusedToJoin("token", brief, "e");
            refusedToJoin(
                    "no such token",
                    JoinToken.random(id, authority(), cluster.addresses()).text(),
                    "m");
        }
        audited("\"act\":\"enter cluster\"", "\"outcome\":\"refused\"", "no such token");
        audited("\"act\":\"enter cluster\",\"subject\":\"n1\",\"outcome\":\"done\"");
        audited("\"act\":\"revoke token\"", "\"outcome\":\"done\"");
    }

    /** The log and backups hold the hash: it must not be enough to join. */
    @Test
    void theHashOfASecretIsNoSecret() {
        try (TrivetClient client = cluster.client();
                Connector connector = cluster.connector()) {
            JoinToken token = JoinToken.parse(client.tokens().issue(Duration.ofHours(1), 1));
            NodeKey key = NodeKey.in(Files.createDirectories(base.resolve("hash")));
            JoinToken guessed =
                    new JoinToken(id, token.secretHash().substring(0, 32), authority(), cluster.addresses());
            refused(
                    Refusal.Kind.DENIED,
                    "no such token",
                    () -> connector.call(address(), LIMIT, channel -> {
                        JoinProof made = JoinProof.of(
                                guessed, new JoinProof.Entry(channel, key.id(), address(), key.signingRequest()));
                        return RequestEnvelope.toAny(new Request.EnterCluster(
                                new JoinProof(token.id(), made.bytes()), key.id(), address(), key.signingRequest()));
                    }));
            client.tokens().revoke(token.id());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * A listener at the address of a token that lacks the token's authority does not get the
     * secret.
     */
    @Test
    void aSecretIsNotToldToAnotherAuthority() throws IOException {
        try (LocalCluster other = LocalCluster.start(base.resolve("other"), 1, CHUNK);
                TrivetClient client = other.client()) {
            JoinToken real = JoinToken.parse(client.tokens().issue(Duration.ofHours(1), 1));
            String misled = new JoinToken(id, real.secret(), authority(), other.addresses()).text();
            assertThatThrownBy(() -> TrivetNode.start(new NodeOptions(
                            base.resolve("misled"),
                            List.of(),
                            Optional.of(LocalCluster.freeAddress()),
                            new NodeOptions.Start.Join(misled))))
                    .hasMessageContaining("another authority");
            assertThat(client.tokens().list()).hasSize(1);
        }
    }

    @Test
    void aCertificateIsMadeOnlyForTheKeyThatJoined() throws IOException {
        NodeKey stranger = NodeKey.in(Files.createDirectories(base.resolve("stranger")));
        NodeKey member = NodeKey.in(cluster.data(new NodeId(1)));
        try (Connector connector = cluster.connector()) {
            refused(
                    Refusal.Kind.DENIED,
                    "no node joined with this key",
                    () -> connector.call(
                            address(),
                            RequestEnvelope.toAny(new Request.RenewCertificate(stranger.signingRequest())),
                            LIMIT));
            refused(
                    Refusal.Kind.BAD_REQUEST,
                    "not a request",
                    () -> connector.call(
                            address(), RequestEnvelope.toAny(new Request.RenewCertificate(new byte[99])), LIMIT));
            Reply reply = connector.call(
                    address(), RequestEnvelope.toAny(new Request.RenewCertificate(member.signingRequest())), LIMIT);
            assertThat(((Reply.Entered) reply).node()).isEqualTo(new NodeId(1));
        }
    }

    @Test
    void keysAreReadableForTheirOwnerAloneAndReachEveryMaster() throws IOException {
        cluster.awaitMasters(2);
        assertThat(Files.readAllBytes(cluster.data(new NodeId(1)).resolve("cluster-keys")))
                .isEqualTo(keys().file());
        for (NodeId node : List.of(N0, new NodeId(1))) {
            for (String name : List.of("private-key", "cluster-keys")) {
                assertThat(PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(cluster.data(node).resolve(name))))
                        .isEqualTo("rw-------");
            }
        }
    }

    /** Readers of the log, the state or a backup must not find a key. */
    @Test
    void keysAreNotInLogStateOrBackup() throws IOException {
        Path backup = base.resolve("backup");
        try (TrivetClient client = cluster.client()) {
            client.cluster().backUpNamespace(backup);
        }
        List<String> secrets = new String(keys().file(), StandardCharsets.US_ASCII)
                .lines()
                .filter(line -> line.contains("-key "))
                .map(line -> line.substring(line.indexOf(' ') + 1))
                .toList();
        assertThat(secrets).hasSize(2);
        try (Stream<Path> quorum = Files.walk(cluster.data(N0).resolve("quorum"))) {
            for (Path file : Stream.concat(quorum.filter(Files::isRegularFile), Stream.of(backup))
                    .toList()) {
                for (String secret : secrets) {
                    assertNotIn(file, secret.getBytes(StandardCharsets.US_ASCII));
                    assertNotIn(file, java.util.Base64.getDecoder().decode(secret));
                }
            }
        }
    }

    private static void assertNotIn(Path file, byte[] secret) throws IOException {
        String all = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertThat(all.contains(new String(secret, StandardCharsets.ISO_8859_1)))
                .as(file.toString())
                .isFalse();
    }

    @Test
    void aWrappedSecretOpensForItsPurposeAlone() {
        ClusterKeys keys = ClusterKeys.make(new ClusterId(UUID.randomUUID()), Instant.now());
        byte[] secret = "secret".getBytes(StandardCharsets.US_ASCII);
        byte[] wrapped = keys.wrap("user alice", secret);
        assertThat(keys.unwrap("user alice", wrapped)).isEqualTo(secret);
        assertThatThrownBy(() -> keys.unwrap("user bob", wrapped)).isInstanceOf(TrivetException.class);
        wrapped[20] ^= 1;
        assertThatThrownBy(() -> keys.unwrap("user alice", wrapped)).isInstanceOf(TrivetException.class);
        assertThat(keys.toString()).doesNotContain("key ");
    }
}
