package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.authority.NodeKey;
import io.trivet.client.Account;
import io.trivet.model.Address;
import io.trivet.model.CallerIdentity;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.model.Slot;
import io.trivet.node.keys.Keyring;
import io.trivet.node.keys.TokenKeys;
import io.trivet.wire.BlockSums;
import io.trivet.wire.Connection;
import io.trivet.wire.Connector;
import io.trivet.wire.LoginHandshake;
import io.trivet.wire.credentials.ChunkToken;
import io.trivet.wire.credentials.JoinProof;
import io.trivet.wire.credentials.JoinToken;
import io.trivet.wire.credentials.TrustSettings;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An observer of the network learns nothing of a file, a name or a secret. */
final class CaptureTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final NodeId N0 = new NodeId(0);
    private static final String CONTENT = "the content of the file";
    private static final String NAME = "the-name-of-the-file";

    @TempDir
    Path base;

    /** A proxy between a caller and a node that records every byte in both directions. */
    private static final class Recorder implements Closeable {
        private final ServerSocket server = new ServerSocket(0, 9, InetAddress.getLoopbackAddress());
        private final ByteArrayOutputStream all = new ByteArrayOutputStream();

        Recorder(Address target) throws IOException {
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        Socket caller = server.accept();
                        Socket node = new Socket(target.host(), target.port());
                        copy(caller, node);
                        copy(node, caller);
                    }
                } catch (IOException _) {
                    // The test is over.
                }
            });
        }

        private void copy(Socket from, Socket to) {
            Thread.ofVirtual().start(() -> {
                byte[] buffer = new byte[64 << 10];
                try (from;
                        to) {
                    for (int read = from.getInputStream().read(buffer);
                            read >= 0;
                            read = from.getInputStream().read(buffer)) {
                        synchronized (all) {
                            all.write(buffer, 0, read);
                        }
                        to.getOutputStream().write(buffer, 0, read);
                    }
                } catch (IOException _) {
                    // One side closed the connection.
                }
            });
        }

        Address address() {
            return new Address("127.0.0.1", server.getLocalPort());
        }

        String recorded() {
            synchronized (all) {
                return all.toString(StandardCharsets.ISO_8859_1);
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    /**
     * Sends a node what a save and a join send: the bytes of a chunk, names, the secret of a token.
     * Returns the secret.
     */
    private static String tell(LocalCluster cluster, Connector connector, Address recorder, Path home)
            throws IOException {
        Connection connection = connector.take(recorder, LIMIT);
        ByteBuffer bytes = ByteBuffer.wrap(CONTENT.repeat(40_000).getBytes(StandardCharsets.US_ASCII));
        RemotePath path = RemotePath.parse("/" + NAME);
        connection.send(new RequestEnvelope(
                N0,
                new Request.StoreChunk(
                        new ChunkId(new FileId(1, 1), 1),
                        new Slot(0),
                        ChunkSize.DEFAULT,
                        bytes.remaining(),
                        true,
                        path,
                        List.of(),
                        0),
                token(cluster, path)));
        connection.sendPiece(bytes, BlockSums.checksums(bytes));
        connection.sendEnd(bytes.remaining(), io.trivet.model.Checksums.of(bytes));
        connection.receive();
        connector.giveBack(connection);
        Operation make = Operation.unnumbered(new Command.MakeDirectory(path));
        connector.call(recorder, RequestEnvelope.toAny(new Request.Submit(make)), LIMIT);
        JoinToken token = JoinToken.parse(cluster.node(N0).issueToken(LIMIT, 1));
        NodeKey key = NodeKey.in(Files.createDirectories(home));
        boolean plain = cluster.trust() instanceof TrustSettings.Plaintext;
        byte[] request = plain ? new byte[0] : key.signingRequest();
        connector.call(
                recorder,
                LIMIT,
                channel -> RequestEnvelope.toAny(new Request.EnterCluster(
                        JoinProof.of(token, new JoinProof.Entry(channel, key.id(), recorder, request)),
                        key.id(),
                        recorder,
                        request)));
        return token.secret();
    }

    private static byte[] token(LocalCluster cluster, RemotePath path) throws IOException {
        Keyring keyring = cluster.keyring(N0);
        long now = System.currentTimeMillis();
        long period = TokenKeys.id(TokenKeys.period(now), 0);
        return new ChunkToken(
                        Right.WRITE,
                        new FileId(1, 1),
                        1,
                        new Slot(0),
                        1,
                        ChunkSize.DEFAULT,
                        1,
                        "admin",
                        List.of(path),
                        now + LIMIT.toMillis())
                .signed(period, TokenKeys.derived(keyring.clusterKeys(), period));
    }

    private String capture(LocalCluster cluster, String home, StringBuilder secret) throws IOException {
        try (Recorder recorder = new Recorder(cluster.node(N0).address());
                Connector connector = cluster.connector()) {
            Account admin = cluster.account();
            connector.introduceAs(
                    new LoginHandshake(new CallerIdentity.OfUser(admin.accessKey(), 0), admin.secret()::bytes), true);
            secret.append(tell(cluster, connector, recorder.address(), base.resolve(home)));
            return recorder.recorded();
        }
    }

    @Test
    void underTlsNothingIsSeen() throws IOException {
        try (LocalCluster cluster = LocalCluster.start(base.resolve("c"), 1, ChunkSize.DEFAULT)) {
            StringBuilder secret = new StringBuilder();
            String seen = capture(cluster, "k", secret);
            assertThat(seen.length()).isGreaterThan(CONTENT.length() * 40_000);
            // n0: the node's number, the cluster and the protocol's magic are encrypted as well.
            for (String word : List.of(CONTENT, NAME, secret.toString(), "TRIVET", "trivet://")) {
                assertThat(seen.contains(word)).as(word).isFalse();
            }
        }
    }

    /** Shows that the recorder works. */
    @Test
    void inPlaintextAllIsSeen() throws IOException {
        try (LocalCluster cluster = LocalCluster.plaintext(base.resolve("c"), 1, ChunkSize.DEFAULT)) {
            StringBuilder secret = new StringBuilder();
            String seen = capture(cluster, "k", secret);
            for (String word : List.of(CONTENT, NAME, "TRIVET")) {
                assertThat(seen.contains(word)).as(word).isTrue();
            }
            // A join sends a proof of the token's secret, not the secret.
            assertThat(seen.contains(secret)).isFalse();
        }
    }
}
