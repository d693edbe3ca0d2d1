package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.model.Address;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import io.trivet.wire.BlockSums;
import io.trivet.wire.Connection;
import io.trivet.wire.Connector;
import io.trivet.wire.TransportSecurity;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Invalid bytes at a node's port end their connection, or are refused with a reason, and do not
 * affect the node.
 */
class HostileBytesTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final byte[] PREFACE = preface(1);

    @TempDir
    static Path base;

    private static LocalCluster cluster;
    private static Address address;
    private static Connector connector;
    private static Connector known;

    @BeforeAll
    static void start() throws IOException {
        cluster = LocalCluster.plaintext(base, 1, new ChunkSize(64 << 10));
        address = cluster.node(new NodeId(0)).address();
        connector = cluster.connector();
        known = cluster.connectorAs(new NodeId(0));
    }

    @AfterAll
    static void stop() {
        connector.close();
        known.close();
        cluster.close();
    }

    @AfterEach
    void theNodeLives() throws IOException {
        try (TrivetClient client = cluster.client()) {
            client.save(new ByteArrayInputStream(new byte[99]), RemotePath.parse("/alive"), Progress.NONE);
        }
    }

    private static byte[] preface(int version) {
        return ByteBuffer.allocate(24)
                .put("TRIVET".getBytes(StandardCharsets.US_ASCII))
                .putShort((short) version)
                .array();
    }

    /**
     * Sends bytes; returns how many came back before the node ended the connection. Fails if the
     * node does not end it.
     */
    private static int endsAfter(byte[]... parts) throws IOException {
        try (Socket socket = new Socket(address.host(), address.port())) {
            socket.setSoTimeout(15_000);
            try {
                for (byte[] part : parts) {
                    socket.getOutputStream().write(part);
                }
                socket.shutdownOutput();
                return socket.getInputStream().readAllBytes().length;
            } catch (java.net.SocketException _) {
                return 0;
            }
        }
    }

    private static byte[] frame(int type, int headerLength, int bodyLength) {
        return ByteBuffer.allocate(8)
                .put((byte) type)
                .put((byte) (headerLength >> 16))
                .putShort((short) headerLength)
                .putInt(bodyLength)
                .array();
    }

    @Test
    void garbageInsteadOfAPrefaceIsAnsweredWithNothing() throws IOException {
        byte[] garbage = new byte[100_000];
        new Random(1).nextBytes(garbage);
        assertThat(endsAfter(garbage)).isZero();
    }

    @Test
    void anotherVersionAndAnotherClusterAreToldByThePrefaceAlone() throws IOException {
        assertThat(endsAfter(preface(2), frame(1, 0, 0))).isEqualTo(24);
        byte[] stranger = preface(1);
        stranger[20] = 77;
        assertThat(endsAfter(stranger, frame(1, 0, 0))).isEqualTo(24);
    }

    @Test
    void lengthsThatAreTooLongAreRefusedBeforeMemoryIsTaken() throws IOException {
        assertThat(endsAfter(PREFACE, frame(1, 0xffffff, 0))).isEqualTo(24);
        assertThat(endsAfter(PREFACE, frame(1, 2, Integer.MAX_VALUE))).isEqualTo(24);
        assertThat(endsAfter(PREFACE, frame(1, 2, -1))).isEqualTo(24);
        assertThat(endsAfter(PREFACE, frame(9, 0, 0))).isEqualTo(24);
    }

    /** Long before the time limit for a silent caller. */
    @Test
    void aPromiseThatIsTooLongEndsTheConnectionAtOnce() throws IOException {
        for (byte[] head : List.of(frame(1, (1 << 20) + 1, 0), frame(1, 9, (4 << 20) + 1), frame(1, 9, -1))) {
            try (Socket socket = new Socket(address.host(), address.port())) {
                socket.setSoTimeout(6000);
                socket.getOutputStream().write(preface(1));
                socket.getOutputStream().write(head);
                assertThat(socket.getInputStream().readAllBytes()).hasSize(24);
            }
        }
    }

    @Test
    void randomFramesEndTheirConnectionAndNothingElse() throws IOException {
        Random random = new Random(20261123);
        for (int round = 0; round < 200; round++) {
            byte[] bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            endsAfter(PREFACE, frame(1 + random.nextInt(4), bytes.length, 0), bytes);
        }
    }

    /** Rule 13: a request names the node it is meant for; another node refuses it. */
    @Test
    void aRequestForAnotherNodeIsRefused() {
        assertThatThrownBy(
                        () -> connector.call(address, new RequestEnvelope(new NodeId(7), new Request.GetView()), LIMIT))
                .isInstanceOfSatisfying(
                        TrivetException.class, e -> assertThat(e.kind()).isEqualTo(Refusal.Kind.WRONG_NODE));
    }

    @Test
    void aNodeOfAnotherClusterIsNotTakenForOurs() {
        try (Connector mistaken =
                new Connector("mistaken", new ClusterId(UUID.randomUUID()), TransportSecurity.of(cluster.trust()))) {
            assertThatThrownBy(() -> mistaken.call(address, RequestEnvelope.toAny(new Request.GetView()), LIMIT))
                    .isInstanceOf(TrivetException.class);
        }
    }

    @Test
    void theLeadersOwnCommandsComeFromNobodyElse() {
        Operation seat = Operation.unnumbered(new Command.Seat(new NodeId(0), false));
        assertThatThrownBy(() -> connector.call(address, RequestEnvelope.toAny(new Request.Submit(seat)), LIMIT))
                .isInstanceOfSatisfying(
                        TrivetException.class, e -> assertThat(e.kind()).isEqualTo(Refusal.Kind.DENIED));
    }

    /** Rule 2: bytes that do not match the checksums sent with them are not stored. */
    @Test
    void bytesThatWereDamagedOnTheWayAreNotStored() throws IOException {
        ChunkId chunk = new ChunkId(new FileId(1, 4711), 1);
        ByteBuffer bytes = ByteBuffer.wrap(new byte[1000]);
        int[] sums = BlockSums.checksums(bytes);
        sums[0] ^= 1;
        Connection connection = known.take(address, LIMIT);
        connection.send(new RequestEnvelope(
                new NodeId(0),
                new Request.StoreChunk(
                        chunk,
                        new Slot(0),
                        new ChunkSize(64 << 10),
                        1000,
                        true,
                        RemotePath.parse("/x"),
                        List.of(),
                        0)));
        connection.sendPiece(bytes, sums);
        assertThatThrownBy(connection::receive).isInstanceOf(IOException.class);
        connection.close();
        Reply reply = known.call(
                address, new RequestEnvelope(new NodeId(0), new Request.HasChunk(new Slot(0), List.of(chunk))), LIMIT);
        assertThat(((Reply.Has) reply).held()).isEmpty();
    }
}
