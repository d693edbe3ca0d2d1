package io.trivet.wire;

import com.google.protobuf.MessageLite;
import io.trivet.message.StateCodec;
import io.trivet.message.WireMessages;
import io.trivet.model.Address;
import io.trivet.model.CallerIdentity;
import io.trivet.model.ClusterId;
import io.trivet.model.Sha256;
import io.trivet.model.TrivetException;
import io.trivet.wire.credentials.CertifiedNode;
import io.trivet.wire.credentials.UntrustedException;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import io.trivet.wire.protocol.WireCodec;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One connection: sends and receives frames. One thread at a time uses it; any thread may close it.
 *
 * <p>Every wait is bounded by {@link #timeout}: after that time the connection is closed, and the
 * waiting call throws {@link SocketTimeoutException}. After any exception the connection cannot be
 * used.
 */
public final class Connection implements AutoCloseable {
    /** The most bytes of a header; a page of a listing is the largest. */
    static final int MAX_HEADER = 1 << 20;

    /** The most bytes of a body. */
    public static final int MAX_BODY = 4 << 20;

    /** The size of a piece; only the last of a transfer may be shorter. */
    public static final int PIECE_BYTES = 1 << 20;

    private static final Duration FAREWELL_LIMIT = Duration.ofSeconds(1);
    private static final int FAREWELL_BYTES = 1 << 20;
    private static final int PREFIX_BYTES = 8;
    private static final int INPUT_BYTES = 16 << 10;

    /**
     * The most bytes of a header within a transfer, which contains a few checksums. Not counted
     * among long headers.
     */
    private static final int MAX_PIECE_HEADER = 64 << 10;

    /** Bytes that no memory budget counts; the number of connections bounds them. */
    static final int SMALL = 4 << 10;

    private static final Duration NO_SILENCE = Duration.ofDays(1);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final TransportChannel transportChannel;
    private final Address peer;
    private final Watchdog watchdog;
    private final ByteBuffer input = ByteBuffer.allocateDirect(INPUT_BYTES).flip();
    private final ByteBuffer prefix = ByteBuffer.allocateDirect(PREFIX_BYTES + Preface.BYTES);
    private final ByteBuffer headerOut = ByteBuffer.allocateDirect(SMALL);
    private final ConnectionTraffic connectionTraffic = new ConnectionTraffic();
    private final MemoryReservation memoryReservation = new MemoryReservation(this);
    private volatile long deadlineNanos;
    private volatile long movedNanos = ProcessClock.nanos();
    private volatile boolean timed;
    private volatile boolean expired;
    private boolean prefacePending;
    private @Nullable ListenerMemory memory;
    private int headerIn;
    private int largeOut;
    private volatile long silenceNanos = NO_SILENCE.toNanos();
    private volatile String actsFor = "";
    private boolean introduced;
    private CallerIdentity callerIdentity = new CallerIdentity.Anonymous();
    private byte @Nullable [] challenge;
    private ClusterId expected = Preface.UNKNOWN;
    private Predicate<CertifiedNode> isKnown = _ -> true;

    Connection(TransportChannel transportChannel, Address peer, Watchdog watchdog) {
        this.transportChannel = transportChannel;
        this.peer = peer;
        this.watchdog = watchdog;
        transportChannel.share(memoryReservation);
        watchdog.watch(this);
    }

    public Address peer() {
        return peer;
    }

    /**
     * The identity that the peer has proved, by a certificate or a login; for the listener's side.
     */
    public CallerIdentity identity() {
        return certified()
                .<CallerIdentity>map(node -> new CallerIdentity.OfNode(node.node(), node.key()))
                .orElse(callerIdentity);
    }

    /** A request came with a token that the cluster issued to this user. */
    public void actsFor(String user) {
        actsFor = user;
    }

    /** Whether nothing shows yet that the peer has anything to do with this cluster. */
    boolean isStranger() {
        return actsFor.isEmpty() && identity() instanceof CallerIdentity.Anonymous;
    }

    /**
     * The account to which it is charged: the node's, the user's, or that of the peer's address.
     */
    public String account() {
        CallerIdentity who = identity();
        if (!(who instanceof CallerIdentity.Anonymous)) {
            return who.toString();
        }
        return actsFor.isEmpty()
                ? ConnectionLimiter.network(peer.host())
                : new CallerIdentity.OfUser(actsFor, 0).toString();
    }

    /** Its traffic counters. */
    public ConnectionTraffic traffic() {
        return connectionTraffic;
    }

    /** Sets the identity that the peer has proved. */
    public void identifiedAs(CallerIdentity proved) {
        callerIdentity = proved;
    }

    /** A nonce for the next login on this connection. */
    public byte[] newChallenge() {
        byte[] nonce = new byte[Request.NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        challenge = nonce;
        return nonce.clone();
    }

    /** Returns the nonce of the last challenge once; null if there was none since. */
    public byte @Nullable [] takeChallenge() {
        byte[] nonce = challenge;
        challenge = null;
        return nonce;
    }

    /**
     * The channel binding, known only to the two ends of this channel, to which a login is bound;
     * empty on plain TCP, where logins are not bound.
     */
    public byte[] channelBinding() {
        return transportChannel.binding();
    }

    /** Whether this side has authenticated. */
    boolean isIntroduced() {
        return introduced;
    }

    void introduced() {
        introduced = true;
    }

    /**
     * Sets the time that the connection has for whatever is requested of it, until the next call.
     */
    public void timeout(Duration limit) {
        timeout(limit, NO_SILENCE);
    }

    /** As above; {@code silence} is the longest time without a byte from the peer. */
    public void timeout(Duration limit, Duration silence) {
        long now = ProcessClock.nanos();
        movedNanos = now;
        silenceNanos = silence.toNanos();
        deadlineNanos = now + limit.toNanos();
        timed = true;
    }

    /**
     * The caller's preface is sent with the first frame; the listener's is read before the first
     * answer.
     */
    void callerOf(ClusterId cluster) {
        expected = cluster;
        prefacePending = true;
        prefix.clear();
        Preface.of(cluster).write(prefix);
    }

    /**
     * The listener's part: reads the caller's preface and always answers with its own. False if the
     * caller has another version or cluster, which the preface tells it.
     */
    boolean welcome(ClusterId cluster) throws IOException {
        Preface caller = readPrefaceOfCaller(cluster);
        tell(cluster);
        boolean known = caller.cluster().equals(cluster) || caller.cluster().equals(Preface.UNKNOWN);
        boolean ours = certified().isEmpty() || certified().get().cluster().equals(cluster);
        return known && ours && caller.version() == Preface.VERSION;
    }

    /**
     * A caller that speaks TLS to a listener without TLS gets our preface, which its TLS cannot
     * mistake for a valid record.
     */
    private Preface readPrefaceOfCaller(ClusterId cluster) throws IOException {
        fill(Preface.BYTES);
        if (input.get(input.position()) == Preface.TLS_HANDSHAKE) {
            tell(cluster);
        }
        return Preface.read(input);
    }

    private void tell(ClusterId cluster) throws IOException {
        prefix.clear();
        Preface.of(cluster).write(prefix);
        writeFully(prefix.flip());
        prefix.clear();
    }

    private Preface readPreface() throws IOException {
        fill(Preface.BYTES);
        return Preface.read(input);
    }

    /** Tells a caller in plaintext that this cluster uses TLS, in a form that it understands. */
    void refusePlaintext() throws IOException {
        Preface caller = readPreface();
        tell(caller.cluster());
        send(new Reply.Refused(ConnectionErrors.plaintext()));
    }

    private void readPrefaceOfListener() throws IOException {
        prefacePending = false;
        Preface listener = readPreface();
        if (listener.version() != Preface.VERSION) {
            throw ConnectionErrors.version(peer, listener.version());
        }
        requireCluster(listener.cluster());
        certified().ifPresent(node -> requireCluster(node.cluster()));
        expected = listener.cluster();
    }

    private void requireCluster(ClusterId found) {
        if (!expected.equals(Preface.UNKNOWN) && !found.equals(expected)) {
            throw ConnectionErrors.cluster(peer, expected, found);
        }
    }

    /**
     * The peer's node, if it has proved with a certificate of the cluster that it is one; clients
     * have none.
     */
    public Optional<CertifiedNode> certified() {
        return transportChannel.peer();
    }

    /** Performs the handshake with the peer. */
    void handshake() throws IOException {
        try {
            transportChannel.handshake();
        } catch (SpokenPlainException e) {
            throw e;
        } catch (IOException e) {
            throw named(e);
        }
    }

    /** The peer's cluster; known after the first answer. */
    public ClusterId cluster() {
        return expected;
    }

    public void send(RequestEnvelope request) throws IOException {
        requireTarget(request);
        send(FrameType.REQUEST, WireCodec.to(request), List.of());
    }

    public void send(RequestEnvelope request, ByteBuffer body) throws IOException {
        requireTarget(request);
        send(FrameType.REQUEST, WireCodec.to(request), List.of(body));
    }

    /** Sets the check of the peer's node key. */
    void compareKeys(Predicate<CertifiedNode> known) {
        isKnown = known;
    }

    /**
     * Rule 13 on the caller's side: a request for one node is not sent to another that answers at
     * its address. Nor to a peer with a certificate for the node's number but another key than the
     * one with which the node joined: anyone who had the authority's key once can make such a
     * certificate.
     */
    private void requireTarget(RequestEnvelope request) {
        Optional<CertifiedNode> listener = certified();
        listener.filter(isKnown.negate()).ifPresent(node -> {
            throw ConnectionErrors.key(peer, node.node());
        });
        if (request.target() != null
                && listener.isPresent()
                && !listener.get().node().equals(request.target())) {
            throw ConnectionErrors.node(peer, request.target(), listener.get().node());
        }
    }

    public void send(Reply reply) throws IOException {
        send(FrameType.RESPONSE, WireCodec.to(reply), List.of());
    }

    public void send(Reply reply, ByteBuffer body) throws IOException {
        send(FrameType.RESPONSE, WireCodec.to(reply), List.of(body));
    }

    /**
     * Sends a piece of a chunk: the bytes between position and limit. The position does not change.
     */
    public void sendPiece(ByteBuffer bytes, int[] blockCrcs) throws IOException {
        send(FrameType.PIECE, piece(blockCrcs), List.of(bytes.duplicate()));
    }

    public void sendEnd(int length, int crc32c) throws IOException {
        sendEnd(length, crc32c, null);
    }

    /** As above, with the SHA-256 of everything that was sent. */
    public void sendEnd(int length, int crc32c, @Nullable Sha256 sha256) throws IOException {
        send(FrameType.END, end(length, crc32c, sha256), List.of());
    }

    /**
     * Sends a request, a chunk of one piece, and its end in one write, so that the peer is woken
     * once. The position of {@code bytes} does not change.
     */
    public void sendWhole(
            RequestEnvelope request, ByteBuffer bytes, int[] blockCrcs, int crc32c, @Nullable Sha256 sha256)
            throws IOException {
        requireTarget(request);
        MessageLite asked = WireCodec.to(request);
        MessageLite piece = piece(blockCrcs);
        MessageLite end = end(bytes.remaining(), crc32c, sha256);
        ByteBuffer head = headBuffer(
                frameBytes(asked, 0) + frameBytes(piece, bytes.remaining()) + frameBytes(end, 0) + Preface.BYTES);
        putFrame(head, FrameType.REQUEST, asked, 0);
        putFrame(head, FrameType.PIECE, piece, bytes.remaining());
        int bodyAt = head.position();
        putFrame(head, FrameType.END, end, 0);
        ByteBuffer tail = head.flip().duplicate().position(bodyAt);
        writeFully(head.limit(bodyAt), bytes.duplicate(), tail);
    }

    private static WireMessages.Piece piece(int[] blockCrcs) {
        WireMessages.Piece.Builder piece = WireMessages.Piece.newBuilder();
        for (int crc : blockCrcs) {
            piece.addBlockCrc32C(crc);
        }
        return piece.build();
    }

    private static WireMessages.PiecesEnd end(int length, int crc32c, @Nullable Sha256 sha256) {
        return WireMessages.PiecesEnd.newBuilder()
                .setLength(length)
                .setCrc32C(crc32c)
                .setSha256(StateCodec.bytes(sha256))
                .build();
    }

    private void send(FrameType type, MessageLite header, List<ByteBuffer> body) throws IOException {
        int bodyLength = body.isEmpty() ? 0 : body.getFirst().remaining();
        ByteBuffer head = headBuffer(Preface.BYTES + frameBytes(header, bodyLength));
        putFrame(head, type, header, bodyLength);
        head.flip();
        if (body.isEmpty()) {
            writeFully(head);
        } else {
            writeFully(head, body.getFirst());
        }
    }

    /** Bytes of a frame without its body. */
    private static int frameBytes(MessageLite header, int bodyLength) throws ProtocolException {
        int headerLength = header.getSerializedSize();
        if (headerLength > MAX_HEADER || bodyLength > MAX_BODY) {
            throw new ProtocolException(
                    "a frame of " + headerLength + " + " + bodyLength + " bytes is too long to send");
        }
        return PREFIX_BYTES + headerLength;
    }

    /** Appends a frame without its body; after the caller's preface, if that was not sent yet. */
    private void putFrame(ByteBuffer head, FrameType type, MessageLite header, int bodyLength) {
        if (prefacePending && prefix.position() > 0) {
            head.put(prefix.flip());
            prefix.clear();
        }
        int headerLength = header.getSerializedSize();
        head.put((byte) type.code()).put((byte) (headerLength >> 16)).putShort((short) headerLength);
        head.putInt(bodyLength).put(header.toByteArray());
    }

    /** A large buffer is reserved only until it is written. */
    private ByteBuffer headBuffer(int bytes) throws IOException {
        if (bytes <= headerOut.capacity()) {
            return headerOut.clear();
        }
        memoryReservation.take(bytes);
        largeOut = bytes;
        return ByteBuffer.allocate(bytes);
    }

    /** From now on, {@code listeners} counts what the caller makes this side hold. */
    void share(ListenerMemory listeners) {
        memory = listeners;
        settle();
    }

    /**
     * Releases the memory of the last request; the next one is charged to the caller's present
     * identity. Called by the thread that reads requests.
     */
    void settle() {
        if (memory != null) {
            memoryReservation.giveBack(headerIn);
            headerIn = 0;
            memoryReservation.of(memory.of(this));
        }
    }

    /** Releases everything that it holds. Called by the thread that used it last. */
    void end() {
        transportChannel.end();
        memoryReservation.giveBackAll();
    }

    /**
     * Waits for the next request. Null if the caller ended the connection. Its body, if any, is
     * read with {@link #body}.
     *
     * @param begun how long the request may take from its first byte on, encrypted or not, within
     *     the connection's timeout
     */
    @Nullable
    Incoming<RequestEnvelope> nextRequest(Duration begun) throws IOException {
        settle();
        if (!input.hasRemaining() && readMore() < 0) {
            return null;
        }
        deadlineNanos = Math.min(deadlineNanos - movedNanos, begun.toNanos()) + movedNanos;
        if (!fillUnlessEnded(1)) {
            return null;
        }
        fill(PREFIX_BYTES);
        Head head = readHead();
        head.mustBe(FrameType.REQUEST);
        return new Incoming<>(WireCodec.request(header(head)), head.bodyLength);
    }

    /**
     * Waits for the answer. Throws {@link TrivetException} for a refusal; the connection stays
     * usable.
     */
    public Incoming<Reply> receive() throws IOException {
        if (prefacePending) {
            readPrefaceOfListener();
        }
        Head head = readHead();
        head.mustBe(FrameType.RESPONSE);
        Reply reply = WireCodec.reply(header(head));
        if (reply instanceof Reply.Refused(var refusal)) {
            throw new TrivetException(refusal);
        }
        return new Incoming<>(reply, head.bodyLength);
    }

    /**
     * Waits for the next piece and reads its bytes into {@code buffer}, from position 0; the buffer
     * is flipped. Throws {@link TrivetException} if a refusal comes instead.
     */
    public DataFrame receivePiece(ByteBuffer buffer) throws IOException {
        Head head = readHead();
        if (head.headerLength > MAX_PIECE_HEADER) {
            throw new ProtocolException("a header of " + head.headerLength + " bytes among pieces");
        }
        return switch (head.type) {
            case PIECE -> pieceInto(buffer, head);
            case END -> {
                WireMessages.PiecesEnd end = WireMessages.PiecesEnd.parseFrom(header(head));
                yield ended(end);
            }
            case RESPONSE -> throw refusalAmongPieces(head);
            case REQUEST -> throw new ProtocolException("a request in the midst of pieces");
        };
    }

    private static DataFrame ended(WireMessages.PiecesEnd end) throws ProtocolException {
        try {
            return new DataFrame.End(end.getLength(), end.getCrc32C(), StateCodec.sha256(end.getSha256()));
        } catch (IllegalArgumentException e) {
            throw new ProtocolException(String.valueOf(e.getMessage()));
        }
    }

    private DataFrame pieceInto(ByteBuffer buffer, Head head) throws IOException {
        WireMessages.Piece piece = WireMessages.Piece.parseFrom(header(head));
        if (head.bodyLength == 0 || head.bodyLength > buffer.capacity()) {
            throw new ProtocolException("a piece of " + head.bodyLength + " bytes is not expected here");
        }
        readFully(buffer.clear().limit(head.bodyLength));
        buffer.flip();
        return new DataFrame.Bytes(
                piece.getBlockCrc32CList().stream().mapToInt(Integer::intValue).toArray());
    }

    private TrivetException refusalAmongPieces(Head head) throws IOException {
        if (WireCodec.reply(header(head)) instanceof Reply.Refused(var refusal)) {
            return new TrivetException(refusal);
        }
        throw new ProtocolException("an answer in the midst of pieces");
    }

    /** Reads the body announced by {@code incoming} into a new array. */
    public byte[] body(Incoming<?> incoming) throws IOException {
        return arriving(incoming.bodyLength());
    }

    private record Head(FrameType type, int headerLength, int bodyLength) {
        void mustBe(FrameType wanted) throws ProtocolException {
            if (type != wanted) {
                throw new ProtocolException("a frame of type " + type + " where " + wanted + " was expected");
            }
        }
    }

    private Head readHead() throws IOException {
        fill(PREFIX_BYTES);
        FrameType type = FrameType.of(input.get());
        int headerLength = Byte.toUnsignedInt(input.get()) << 16 | Short.toUnsignedInt(input.getShort());
        int bodyLength = input.getInt();
        if (headerLength > MAX_HEADER || bodyLength < 0 || bodyLength > MAX_BODY) {
            throw new ProtocolException("a frame of " + headerLength + " + " + bodyLength + " bytes is too long");
        }
        return new Head(type, headerLength, bodyLength);
    }

    private byte[] header(Head head) throws IOException {
        return arriving(head.headerLength);
    }

    /**
     * Reads {@code length} bytes. Memory grows as they arrive, so that an announced length costs
     * almost nothing.
     */
    private byte[] arriving(int length) throws IOException {
        byte[] bytes = new byte[0];
        for (int there = 0; there < length; there = bytes.length) {
            int room = Math.min(length, Math.max(Math.max(SMALL, 2 * there), input.remaining()));
            hold(room - Math.max(SMALL, there));
            bytes = Arrays.copyOf(bytes, room);
            readFully(ByteBuffer.wrap(bytes, there, room - there));
        }
        return bytes;
    }

    private void hold(int bytes) throws IOException {
        if (bytes > 0) {
            memoryReservation.take(bytes);
            headerIn += bytes;
        }
    }

    /** Makes at least {@code bytes} readable in {@link #input}. */
    private void fill(int bytes) throws IOException {
        if (!fillUnlessEnded(bytes)) {
            throw new EOFException(peer + " ended the connection");
        }
    }

    private boolean fillUnlessEnded(int bytes) throws IOException {
        while (input.remaining() < bytes) {
            if (readMore() < 0) {
                if (input.hasRemaining()) {
                    throw new EOFException(peer + " ended the connection in the midst of a frame");
                }
                return false;
            }
        }
        return true;
    }

    private int readMore() throws IOException {
        input.compact();
        try {
            return read(input);
        } finally {
            input.flip();
        }
    }

    private void readFully(ByteBuffer target) throws IOException {
        int buffered = Math.min(input.remaining(), target.remaining());
        target.put(input.slice(input.position(), buffered));
        input.position(input.position() + buffered);
        while (target.hasRemaining()) {
            if (read(target) < 0) {
                throw new EOFException(peer + " ended the connection in the midst of a frame");
            }
        }
    }

    private int read(ByteBuffer target) throws IOException {
        int read = 0;
        connectionTraffic.waits();
        try {
            read = transportChannel.read(target);
            movedNanos = ProcessClock.nanos();
            return read;
        } catch (IOException e) {
            throw named(e);
        } finally {
            connectionTraffic.moved(Math.max(0, read));
        }
    }

    private void writeFully(ByteBuffer... buffers) throws IOException {
        try {
            do {
                writeSome(buffers);
                movedNanos = ProcessClock.nanos();
            } while (buffers[buffers.length - 1].hasRemaining());
        } catch (IOException e) {
            throw named(e);
        } finally {
            memoryReservation.giveBack(largeOut);
            largeOut = 0;
        }
    }

    private void writeSome(ByteBuffer... buffers) throws IOException {
        long before = remaining(buffers);
        connectionTraffic.waits();
        try {
            transportChannel.write(buffers);
        } finally {
            connectionTraffic.moved(before - remaining(buffers));
        }
    }

    private static long remaining(ByteBuffer... buffers) {
        long remaining = 0;
        for (ByteBuffer buffer : buffers) {
            remaining += buffer.remaining();
        }
        return remaining;
    }

    private IOException named(IOException cause) {
        close();
        if (expired) {
            return new SocketTimeoutException(peer + " did not answer in time");
        }
        return cause instanceof UntrustedException ? cause : new IOException(peer + ": " + cause, cause);
    }

    boolean isOverdue(long nowNanos) {
        return timed && (nowNanos - deadlineNanos > 0 || nowNanos - movedNanos > silenceNanos);
    }

    /** Whether a thread waits for this connection and no byte has moved since that time. */
    boolean isQuietSince(long nanos) {
        return timed && movedNanos - nanos < 0;
    }

    void expire() {
        expired = true;
        close();
    }

    /** Whether the peer has sent nothing and not closed, as is right while nothing is requested. */
    boolean isQuiet() {
        return !input.hasRemaining() && transportChannel.isQuiet();
    }

    /**
     * Ends the connection so that the peer can read what was sent last: a close with unread bytes
     * would reset it. Discards a little of what still arrives, for up to a second.
     */
    public void farewell() {
        timeout(FAREWELL_LIMIT);
        try {
            transportChannel.finish();
            int forgotten = 0;
            for (int read = 0; read >= 0 && forgotten < FAREWELL_BYTES; forgotten += read) {
                read = transportChannel.read(input.clear());
            }
        } catch (IOException _) {
            // It ends anyway.
        }
        close();
    }

    void rest() {
        timed = false;
    }

    @Override
    public void close() {
        watchdog.forget(this);
        try {
            transportChannel.close();
        } catch (IOException _) {
            // No acknowledgement depends on a close.
        }
    }

    /** A received message, and the length of the body that follows it. */
    public record Incoming<T>(T message, int bodyLength) {}
}
