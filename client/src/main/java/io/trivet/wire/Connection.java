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
 * One connection: frames out, frames in. One thread at a time uses it; any thread may close it.
 *
 * <p>Every wait ends by {@link #timeout}: when that time has passed the connection is closed and
 * the waiting call throws {@link SocketTimeoutException}. After any exception the connection is of
 * no further use.
 */
public final class Connection implements AutoCloseable {
    /** A header is at most this long: a page of a listing is the largest. */
    static final int MAX_HEADER = 1 << 20;

    /** A body is at most this long. */
    public static final int MAX_BODY = 4 << 20;

    /** Chunk bytes travel in pieces of this size; only the last of a transfer may be shorter. */
    public static final int PIECE_BYTES = 1 << 20;

    private static final Duration FAREWELL_LIMIT = Duration.ofSeconds(1);
    private static final int FAREWELL_BYTES = 1 << 20;
    private static final int PREFIX_BYTES = 8;
    private static final int INPUT_BYTES = 16 << 10;

    /** Headers of a transfer hold a few checksums; they are not counted among those that may be long. */
    private static final int MAX_PIECE_HEADER = 64 << 10;

    /** What no budget counts of what comes or goes: the number of connections bounds it. */
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
    private WireTraffic wireTraffic = WireTraffic.UNCOUNTED;
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

    /** Who has proved to be at the other end, by a certificate or by a login; for the listener's side. */
    public CallerIdentity identity() {
        return certified()
                .<CallerIdentity>map(node -> new CallerIdentity.OfNode(node.node(), node.key()))
                .orElse(callerIdentity);
    }

    /** A request on it came with a token that the cluster gave this user. */
    public void actsFor(String user) {
        actsFor = user;
    }

    /** Whether nothing says yet that whoever is at the other end has anything to do with this cluster. */
    boolean isStranger() {
        return actsFor.isEmpty() && identity() instanceof CallerIdentity.Anonymous;
    }

    /** On whose account it is: the node's, the user's, or that of the address that it comes from. */
    public String account() {
        CallerIdentity who = identity();
        if (!(who instanceof CallerIdentity.Anonymous)) {
            return who.toString();
        }
        return actsFor.isEmpty()
                ? ConnectionLimiter.network(peer.host())
                : new CallerIdentity.OfUser(actsFor, 0).toString();
    }

    /** What has moved on it. */
    public ConnectionTraffic traffic() {
        return connectionTraffic;
    }

    /** The other side has proved to be this. */
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

    /** The nonce of the last challenge, once: null when there was none since. */
    public byte @Nullable [] takeChallenge() {
        byte[] nonce = challenge;
        challenge = null;
        return nonce;
    }

    /**
     * What both ends know of this channel and of no other, to bind a login to it; empty on plain
     * TCP, where nothing is bound.
     */
    public byte[] channelBinding() {
        return transportChannel.binding();
    }

    /** Whether this side has proved who it is. */
    boolean isIntroduced() {
        return introduced;
    }

    void introduced() {
        introduced = true;
    }

    /** From now on the connection has this long for whatever is asked of it, until the next call of this. */
    public void timeout(Duration limit) {
        timeout(limit, NO_SILENCE);
    }

    /** As above; and the other side may be silent for no longer than this. */
    public void timeout(Duration limit, Duration silence) {
        long now = ProcessClock.nanos();
        movedNanos = now;
        silenceNanos = silence.toNanos();
        deadlineNanos = now + limit.toNanos();
        timed = true;
    }

    /** The caller's preface goes out with the first frame; the listener's is read before the first answer. */
    void callerOf(ClusterId cluster) {
        expected = cluster;
        prefacePending = true;
        prefix.clear();
        Preface.of(cluster).write(prefix);
    }

    /**
     * The listener's half: reads the caller's preface and answers with its own, whatever it thinks
     * of it. False when the caller is of another version or cluster: it has been told by the
     * preface.
     */
    boolean welcome(ClusterId cluster) throws IOException {
        Preface caller = readPrefaceOfCaller(cluster);
        tell(cluster);
        boolean known = caller.cluster().equals(cluster) || caller.cluster().equals(Preface.UNKNOWN);
        boolean ours = certified().isEmpty() || certified().get().cluster().equals(cluster);
        return known && ours && caller.version() == Preface.VERSION;
    }

    /**
     * A caller that speaks TLS to a listener that does not is told by our preface, which its TLS
     * cannot mistake for anything of its own.
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

    /** Tells a caller that began in plaintext that this cluster speaks TLS, as far as it can understand. */
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
     * The node at the other end, where it proved by a certificate of the cluster that it is one;
     * clients prove nothing here.
     */
    public Optional<CertifiedNode> certified() {
        return transportChannel.peer();
    }

    /** Agrees with the other end on how to speak. */
    void handshake() throws IOException {
        try {
            transportChannel.handshake();
        } catch (SpokenPlainException e) {
            throw e;
        } catch (IOException e) {
            throw named(e);
        }
    }

    /** The cluster at the other end; known after the first answer. */
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

    /** What the caller knows of the keys by which nodes joined. */
    void compareKeys(Predicate<CertifiedNode> known) {
        isKnown = known;
    }

    /**
     * Rule 13, from the caller's side: what is meant for one node is not told to another that
     * answers at its address. Nor to one that has a certificate for the node's number, but not the
     * key by which that node joined: whoever had the authority's key once can make such a
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

    /** Sends a piece of a chunk: the bytes between position and limit, whose position is left where it was. */
    public void sendPiece(ByteBuffer bytes, int[] blockCrcs) throws IOException {
        send(FrameType.PIECE, piece(blockCrcs), List.of(bytes.duplicate()));
    }

    public void sendEnd(int length, int crc32c) throws IOException {
        sendEnd(length, crc32c, null);
    }

    /** As above, with the SHA-256 of all that was sent. */
    public void sendEnd(int length, int crc32c, @Nullable Sha256 sha256) throws IOException {
        send(FrameType.END, end(length, crc32c, sha256), List.of());
    }

    /**
     * Sends a request with a chunk of one piece and its end, all at once: the other side is woken
     * once, and a small chunk costs one write. The position of {@code bytes} is left where it was.
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

    /** A frame without its body; behind the caller's preface, if that was not sent yet. */
    private void putFrame(ByteBuffer head, FrameType type, MessageLite header, int bodyLength) {
        if (prefacePending && prefix.position() > 0) {
            head.put(prefix.flip());
            prefix.clear();
        }
        int headerLength = header.getSerializedSize();
        head.put((byte) type.code()).put((byte) (headerLength >> 16)).putShort((short) headerLength);
        head.putInt(bodyLength).put(header.toByteArray());
    }

    /** One that is large is held until it is written, and no longer. */
    private ByteBuffer headBuffer(int bytes) throws IOException {
        if (bytes <= headerOut.capacity()) {
            return headerOut.clear();
        }
        memoryReservation.take(bytes);
        largeOut = bytes;
        return ByteBuffer.allocate(bytes);
    }

    /** From now on its bytes count there as well; before the connection is used. */
    void countIn(WireTraffic traffic) {
        wireTraffic = traffic;
    }

    /** From now on, what the caller makes this side hold comes out of this memory. */
    void share(ListenerMemory listeners) {
        memory = listeners;
        settle();
    }

    /**
     * What the last request took of the memory is free again, and the next one takes it as whoever
     * the caller has proved to be; for the thread that reads requests.
     */
    void settle() {
        if (memory != null) {
            memoryReservation.giveBack(headerIn);
            headerIn = 0;
            memoryReservation.of(memory.of(this));
        }
    }

    /** Gives back all that it holds; for the thread that used it last. */
    void end() {
        transportChannel.end();
        memoryReservation.giveBackAll();
    }

    /**
     * Waits for the next request. Null when the caller ended the connection instead. Its body, if
     * any, is read with {@link #body}.
     *
     * @param begun what it may take from its first byte on, sealed or not, within the time of the
     *     connection
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

    /** Waits for the answer. A refusal is thrown as {@link TrivetException}; the connection stays usable after it. */
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
     * Waits for the next piece and reads its bytes into {@code buffer}, from position 0; it is
     * flipped, ready to be read. A refusal that comes instead is thrown as {@link TrivetException}.
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

    /** Reads the body that was announced with {@code incoming} into a new array. */
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

    /** So many bytes. Memory is taken as they come: a length that was only promised costs next to nothing. */
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
            wireTraffic.received(Math.max(0, read));
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
            long written = before - remaining(buffers);
            connectionTraffic.moved(written);
            wireTraffic.sent(written);
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

    /** Whether somebody waits for this connection and no byte has moved since that time. */
    boolean isQuietSince(long nanos) {
        return timed && movedNanos - nanos < 0;
    }

    void expire() {
        expired = true;
        close();
    }

    /** Whether the other side has said nothing and not hung up, as it should while nothing is asked of it. */
    boolean isQuiet() {
        return !input.hasRemaining() && transportChannel.isQuiet();
    }

    /**
     * Ends the connection so that the other side can read what it was sent last: a close with bytes
     * unread would reset it. Reads and forgets a little of what still comes, for a short time.
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
            // It is ended anyway.
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
            // Nothing hangs on it: no acknowledgement is ever learned from a close.
        }
    }

    /** A message that came in, and the length of the body that follows it. */
    public record Incoming<T>(T message, int bodyLength) {}
}
