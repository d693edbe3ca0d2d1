package io.trivet.wire;

import com.google.protobuf.ByteString;
import io.trivet.authority.ClusterKeys;
import io.trivet.faults.fuzz.Door;
import io.trivet.faults.fuzz.Scratch;
import io.trivet.message.WireMessages;
import io.trivet.model.Address;
import io.trivet.model.CallerIdentity;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.FileId;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import io.trivet.wire.credentials.CertifiedNode;
import io.trivet.wire.credentials.ChunkToken;
import io.trivet.wire.credentials.Hmac;
import io.trivet.wire.credentials.JoinToken;
import io.trivet.wire.credentials.TrustSettings;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import io.trivet.wire.protocol.WireCodec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ProtocolException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** What arrives over the network. */
public final class WireFuzzTargets {
    private static final Path GOLDEN = Path.of("../client/src/test/resources/io/trivet/wire/protocol/golden.txt");
    private static final ClusterId CLUSTER = ClusterId.parse("7d444840-9dc0-11d1-b245-5ffdce74fad2");
    private static final Address PEER = new Address("127.0.0.1", 7777);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Watchdog WATCHDOG = new Watchdog("fuzz");
    private static final int MOST_FRAMES = 100;

    private WireFuzzTargets() {}

    public static List<Door> all() {
        return List.of(
                new Door("preface", List.of(preface(CLUSTER), preface(Preface.UNKNOWN)), WireFuzzTargets::preface),
                new Door("request", golden("request."), WireFuzzTargets::request),
                new Door("answer", golden("reply."), WireFuzzTargets::answer),
                new Door("frames-of-a-caller", frames(FrameType.REQUEST, "request."), WireFuzzTargets::serve),
                new Door("frames-of-a-node", frames(FrameType.RESPONSE, "reply."), WireFuzzTargets::call),
                new Door("join-token", tokens(), WireFuzzTargets::token),
                new Door("chunk-token", List.of(signedTokens().getFirst()), WireFuzzTargets::chunkToken),
                new Door("signed-chunk-token", bareTokens(), bytes -> chunkToken(signed(bytes))),
                new Door("introduction", introductions(), WireFuzzTargets::introduction),
                new Door("certificate", certificates(), WireFuzzTargets::certificate));
    }

    private static byte[] preface(ClusterId cluster) {
        ByteBuffer bytes = ByteBuffer.allocate(Preface.BYTES);
        Preface.of(cluster).write(bytes);
        return bytes.array();
    }

    private static List<byte[]> golden(String prefix) {
        try {
            return Files.readAllLines(GOLDEN).stream()
                    .filter(line -> line.startsWith(prefix))
                    .map(line -> HexFormat.of()
                            .parseHex(line.substring(line.indexOf(' ') + 1).strip()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Each message alone, and some exchanges with pieces and bodies. */
    private static List<byte[]> frames(FrameType type, String prefix) {
        List<byte[]> frames = new ArrayList<>();
        boolean caller = type == FrameType.REQUEST;
        for (byte[] message : golden(prefix)) {
            byte[] first = caller ? new byte[0] : preface(CLUSTER);
            byte[] piece = frame(FrameType.PIECE, new byte[] {10, 4, 1, 2, 3, 4}, 3);
            byte[] end = frame(FrameType.END, new byte[] {8, 3, 21, 1, 2, 3, 4}, 0);
            frames.add(joined(first, frame(type, message, 0)));
            frames.add(joined(first, frame(type, message, 5), frame(type, message, 0)));
            frames.add(joined(first, frame(type, message, 0), piece, end, frame(type, message, 0)));
        }
        return frames;
    }

    private static byte[] frame(FrameType type, byte[] header, int body) {
        return ByteBuffer.allocate(8 + header.length + body)
                .put((byte) type.code())
                .put((byte) (header.length >> 16))
                .putShort((short) header.length)
                .putInt(body)
                .put(header)
                .array();
    }

    private static byte[] joined(byte[]... parts) {
        java.io.ByteArrayOutputStream joined = new java.io.ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }

    private static List<byte[]> tokens() {
        TrustSettings authority = TrustSettings.parse("sha256:" + "0123456789abcdef".repeat(4));
        return List.of(
                JoinToken.random(CLUSTER, authority, List.of(PEER, new Address("::1", 1)))
                        .text()
                        .getBytes(StandardCharsets.UTF_8),
                JoinToken.random(CLUSTER, new TrustSettings.Plaintext(), List.of(PEER))
                        .text()
                        .getBytes(StandardCharsets.UTF_8));
    }

    private static List<byte[]> certificates() {
        try {
            ClusterKeys keys = ClusterKeys.make(CLUSTER, Instant.now());
            var key = io.trivet.authority.NodeKey.in(Scratch.directory());
            return keys.authority()
                    .chain(
                            new NodeId(3),
                            io.trivet.authority.SigningRequest.parse(key.signingRequest()),
                            Instant.now(),
                            Duration.ofHours(1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void preface(byte[] bytes) {
        if (bytes.length < Preface.BYTES) {
            return;
        }
        try {
            ByteBuffer again = ByteBuffer.allocate(Preface.BYTES);
            Preface.read(ByteBuffer.wrap(bytes)).write(again);
            Door.requireSame(java.util.Arrays.copyOf(bytes, Preface.BYTES), again.array());
        } catch (ProtocolException _) {
            // As documented.
        }
    }

    private static void request(byte[] bytes) throws ProtocolException {
        RequestEnvelope request;
        try {
            request = WireCodec.request(bytes);
        } catch (ProtocolException _) {
            return;
        }
        byte[] once = WireCodec.to(request).toByteArray();
        Door.requireSame(once, WireCodec.to(WireCodec.request(once)).toByteArray());
        String.valueOf(request);
    }

    private static void answer(byte[] bytes) throws ProtocolException {
        Reply reply;
        try {
            reply = WireCodec.reply(bytes);
        } catch (ProtocolException _) {
            return;
        }
        byte[] once = WireCodec.to(reply).toByteArray();
        Door.requireSame(once, WireCodec.to(WireCodec.reply(once)).toByteArray());
        String.valueOf(reply);
    }

    /** A connection on which these bytes came, and then the end. */
    private static Connection connection(byte[] bytes) throws IOException {
        SocketChannel ended = SocketChannel.open();
        ended.close();
        Connection connection = new Connection(new PlainChannel(ended, ByteBuffer.wrap(bytes)), PEER, WATCHDOG);
        connection.timeout(LIMIT);
        return connection;
    }

    /** As a node reads what a caller sends, bodies and pieces included. */
    private static void serve(byte[] bytes) {
        ByteBuffer piece = ByteBuffer.allocate(Connection.PIECE_BYTES);
        try (Connection connection = connection(bytes)) {
            for (int frames = 0; frames < MOST_FRAMES; frames++) {
                var request = connection.nextRequest(LIMIT);
                if (request == null) {
                    return;
                }
                if (request.bodyLength() > 0) {
                    connection.body(request);
                } else if (request.message().request() instanceof Request.StoreChunk) {
                    pieces(connection, piece);
                }
            }
        } catch (IOException | TrivetException _) {
            // As documented: it ends the connection.
        }
    }

    /** As a caller reads what a node answers. */
    private static void call(byte[] bytes) {
        ByteBuffer piece = ByteBuffer.allocate(Connection.PIECE_BYTES);
        try (Connection connection = connection(bytes)) {
            connection.callerOf(Preface.UNKNOWN);
            for (int frames = 0; frames < MOST_FRAMES; frames++) {
                var answer = connection.receive();
                if (answer.bodyLength() > 0) {
                    connection.body(answer);
                } else if (answer.message() instanceof Reply.Fetched) {
                    pieces(connection, piece);
                }
            }
        } catch (IOException | TrivetException _) {
            // As documented.
        }
    }

    private static void pieces(Connection connection, ByteBuffer piece) throws IOException {
        while (connection.receivePiece(piece) instanceof DataFrame.Bytes(int[] sums)) {
            BlockSums.append(0, sums.length == 0 ? new int[1] : new int[] {sums[0]}, 1);
        }
    }

    private static final byte[] KEY = new byte[Hmac.BYTES];

    private static List<byte[]> signedTokens() {
        ChunkToken read = new ChunkToken(
                Right.READ,
                new FileId(1, 7),
                1,
                new Slot(2519),
                0,
                ChunkSize.DEFAULT,
                0,
                "ada",
                List.of(RemotePath.parse("/a/b")),
                1_700_000_000_000L);
        ChunkToken write = new ChunkToken(
                Right.WRITE,
                new FileId(2, 1L << 40),
                4096,
                new Slot(3),
                1559,
                new ChunkSize(64 << 10),
                9,
                "ada",
                List.of(RemotePath.ROOT, RemotePath.parse("/x")),
                1_700_000_000_000L);
        return List.of(read.signed(1, KEY), write.signed(1, KEY));
    }

    private static List<byte[]> bareTokens() {
        return signedTokens().stream()
                .map(signed -> {
                    try {
                        return WireMessages.SignedToken.parseFrom(signed)
                                .getToken()
                                .toByteArray();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .toList();
    }

    /** With the right signature, so that what is in it is looked at. */
    private static byte[] signed(byte[] token) {
        byte[] mac = Hmac.of(KEY, "trivet chunk token", token, "1".getBytes(StandardCharsets.US_ASCII));
        return WireMessages.SignedToken.newBuilder()
                .setToken(ByteString.copyFrom(token))
                .setKey(1)
                .setMac(ByteString.copyFrom(mac))
                .build()
                .toByteArray();
    }

    private static void chunkToken(byte[] bytes) {
        ChunkToken token;
        try {
            token = ChunkToken.verified(bytes, id -> id == 1 ? KEY : null);
        } catch (TrivetException e) {
            if (e.kind() != Refusal.Kind.BAD_TOKEN) {
                throw e;
            }
            return;
        }
        if (!ChunkToken.verified(token.signed(1, KEY), _ -> KEY).equals(token)) {
            throw new AssertionError("a token is read as another: " + token);
        }
        for (FileId file : List.of(token.start(), new FileId(1, 1))) {
            if (token.covers(file)) {
                token.firstOf(file);
            }
        }
        token.covers(RemotePath.parse("/a"));
    }

    private static List<byte[]> introductions() {
        byte[] challenged = frame(
                FrameType.RESPONSE,
                WireCodec.to(new Reply.Challenged(new byte[32])).toByteArray(),
                0);
        byte[] in = frame(
                FrameType.RESPONSE,
                WireCodec.to(new Reply.LoggedIn(new byte[32])).toByteArray(),
                0);
        byte[] refused = frame(
                FrameType.RESPONSE,
                WireCodec.to(new Reply.Refused(ConnectionErrors.plaintext())).toByteArray(),
                0);
        return List.of(
                joined(preface(CLUSTER), challenged, in),
                joined(preface(CLUSTER), challenged, refused),
                joined(preface(CLUSTER), in, challenged));
    }

    /**
     * As a caller hears whoever says to be the leader: nothing of it is a proof, since nobody there
     * knows the secret.
     */
    private static void introduction(byte[] bytes) {
        try (ServerSocketChannel server = listening();
                SocketChannel caller = SocketChannel.open(server.getLocalAddress());
                SocketChannel nobody = server.accept();
                Connection connection =
                        new Connection(new PlainChannel(caller, ByteBuffer.wrap(bytes)), PEER, WATCHDOG)) {
            nobody.shutdownOutput();
            Files.delete(((UnixDomainSocketAddress) server.getLocalAddress()).getPath());
            connection.timeout(LIMIT);
            connection.callerOf(Preface.UNKNOWN);
            new LoginHandshake(new CallerIdentity.OfUser("ada", 0), KEY::clone).introduce(connection);
            throw new AssertionError("somebody proved a secret that he does not know");
        } catch (IOException | TrivetException _) {
            // As documented.
        }
    }

    private static ServerSocketChannel listening() throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        Path socket = Scratch.directory().resolve("s" + System.nanoTime());
        return server.bind(UnixDomainSocketAddress.of(socket));
    }

    private static void token(byte[] bytes) {
        JoinToken token;
        try {
            token = JoinToken.parse(new String(bytes, StandardCharsets.UTF_8));
        } catch (TrivetException e) {
            if (e.kind() != Refusal.Kind.BAD_REQUEST) {
                throw e;
            }
            return;
        }
        if (!JoinToken.parse(token.text()).equals(token) || !token.secret().matches("[0-9a-f]{32}")) {
            throw new AssertionError("a token is read as another: " + token.text());
        }
        String.valueOf(token.id());
    }

    private static void certificate(byte[] bytes) {
        try {
            X509Certificate certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(bytes));
            if (certificate != null) {
                String.valueOf(CertifiedNode.of(certificate).uri());
            }
        } catch (CertificateException _) {
            // As documented.
        }
    }
}
