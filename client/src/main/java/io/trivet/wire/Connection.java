package io.trivet.wire;

import io.trivet.model.Address;
import io.trivet.model.CallerIdentity;
import io.trivet.model.ClusterId;
import io.trivet.model.Sha256;
import io.trivet.model.TrivetException;
import io.trivet.wire.credentials.CertifiedNode;
import io.trivet.wire.credentials.ChannelBinding;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.RequestEnvelope;
import io.trivet.wire.protocol.WireCodec;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
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
    private static final Duration BODY_FAREWELL_LIMIT = Duration.ofSeconds(10);

    /** Headers and checksums of pieces are less than this part of a body. */
    private static final int BODY_OVERHEAD_PART = 64;

    /**
     * The most bytes of a header within a transfer, which contains a few checksums. Not counted
     * among long headers.
     */
    private static final int MAX_PIECE_HEADER = 64 << 10;

    /** Bytes that no memory budget counts; the number of connections bounds them. */
    static final int SMALL = 4 << 10;

    private final TransportChannel transportChannel;
    private final Address peer;
    private final Watchdog watchdog;
    private final ConnectionDeadline deadline = new ConnectionDeadline();
    private final ConnectionTraffic connectionTraffic = new ConnectionTraffic();
    private final MemoryReservation memoryReservation = new MemoryReservation(this);
    private final PeerIdentity identity;
    private final StrangerPace strangerPace = new StrangerPace();
    private final TimedChannel channel;
    private final FrameReader reader;
    private final FrameWriter writer;
    private boolean prefacePending;
    private @Nullable ListenerMemory memory;
    private @Nullable StrangerLimiter strangers;
    private StrangerLimiter.@Nullable Turn turn;
    private @Nullable CallerIdentity introducedAs;
    private ClusterId expected = Preface.UNKNOWN;
    private Predicate<CertifiedNode> isKnown = ignored -> true;

    Connection(TransportChannel transportChannel, Address peer, Watchdog watchdog) {
        this.transportChannel = transportChannel;
        this.peer = peer;
        this.watchdog = watchdog;
        this.identity = new PeerIdentity(transportChannel::peer);
        this.channel = new TimedChannel(transportChannel, peer, deadline, connectionTraffic, this::close);
        this.reader = new FrameReader(channel, memoryReservation);
        this.writer = new FrameWriter(channel, memoryReservation);
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
        return identity.proved();
    }

    /** A request came with a token that the cluster issued to this user. */
    public void actsFor(String user) {
        identity.actsFor(user);
    }

    /** Whether nothing shows yet that the peer has anything to do with this cluster. */
    boolean isStranger() {
        return identity.isStranger();
    }

    /**
     * The account to which it is charged: the node's, the user's, or that of the peer's address.
     */
    public String account() {
        return identity.account(peer.host());
    }

    /**
     * Waits with the next answer, if the peer is a stranger that asks faster than strangers may, or
     * strangers take more processor time than they may. Throws {@link IOException} if that takes too
     * long.
     */
    public void paceStranger() throws IOException {
        if (isStranger()) {
            strangerPace.await();
            if (strangers != null) {
                turn = strangers.request(ConnectionLimiter.network(peer.host()), transportChannel::isOpen);
            }
        }
    }

    /** The request was answered. */
    void endTurn() {
        if (turn != null) {
            turn.close();
            turn = null;
        }
    }

    /** From now on, {@code limiter} says when this side computes for a stranger; on the listener's side. */
    void limit(StrangerLimiter limiter) {
        strangers = limiter;
        transportChannel.limit(limiter, ConnectionLimiter.network(peer.host()));
    }

    /** Its traffic counters. */
    public ConnectionTraffic traffic() {
        return connectionTraffic;
    }

    /** Sets the identity that the peer has proved. */
    public void identifiedAs(CallerIdentity proved) {
        identity.prove(proved);
    }

    /** A nonce for the next login on this connection. */
    public byte[] newChallenge() {
        return identity.newChallenge();
    }

    /** Returns the nonce of the last challenge once; null if there was none since. */
    public byte @Nullable [] takeChallenge() {
        return identity.takeChallenge();
    }

    /**
     * The channel binding, known only to the two ends of this channel, to which proofs of nodes are
     * bound; empty on plain TCP, where nothing is bound.
     */
    public byte[] channelBinding() {
        return channelBinding(ChannelBinding.EXPORTER);
    }

    /** To what a login on this channel is bound; empty on plain TCP. */
    public byte[] channelBinding(ChannelBinding kind) {
        return transportChannel.binding(kind);
    }

    /** What strangers from this host are counted by: the owner of an IPv6 address owns its /64 network. */
    public static String network(String host) {
        return ConnectionLimiter.network(host);
    }

    /** Whether this side has authenticated as this one. */
    boolean isIntroducedAs(CallerIdentity who) {
        return who.equals(introducedAs);
    }

    void introduced(CallerIdentity who) {
        introducedAs = who;
    }

    /**
     * Sets the time that the connection has for whatever is requested of it, until the next call.
     */
    public void timeout(Duration limit) {
        deadline.set(limit, ConnectionDeadline.NO_SILENCE);
    }

    /** As above; {@code silence} is the longest time without a byte from the peer. */
    public void timeout(Duration limit, Duration silence) {
        deadline.set(limit, silence);
    }

    /**
     * The caller's preface is sent with the first frame; the listener's is read before the first
     * answer.
     */
    void callerOf(ClusterId cluster) {
        expected = cluster;
        prefacePending = true;
        writer.beginWith(Preface.of(cluster));
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
        if (reader.firstOfPreface() == Preface.TLS_HANDSHAKE) {
            tell(cluster);
        }
        return reader.preface();
    }

    private void tell(ClusterId cluster) throws IOException {
        writer.send(Preface.of(cluster));
    }

    /** Tells a caller in plaintext that this cluster uses TLS, in a form that it understands. */
    void refusePlaintext() throws IOException {
        Preface caller = reader.preface();
        tell(caller.cluster());
        send(new Reply.Refused(ConnectionErrors.plaintext()));
    }

    private void readPrefaceOfListener() throws IOException {
        prefacePending = false;
        Preface listener = reader.preface();
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
        channel.handshake();
    }

    /** The peer's cluster; known after the first answer. */
    public ClusterId cluster() {
        return expected;
    }

    public void send(RequestEnvelope request) throws IOException {
        requireTarget(request);
        writer.send(FrameType.REQUEST, WireCodec.to(request), null);
    }

    public void send(RequestEnvelope request, ByteBuffer body) throws IOException {
        requireTarget(request);
        writer.send(FrameType.REQUEST, WireCodec.to(request), body);
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
        writer.send(FrameType.RESPONSE, WireCodec.to(reply), null);
    }

    public void send(Reply reply, ByteBuffer body) throws IOException {
        writer.send(FrameType.RESPONSE, WireCodec.to(reply), body);
    }

    /**
     * Sends a piece of a chunk: the bytes between position and limit. The position does not change.
     */
    public void sendPiece(ByteBuffer bytes, int[] blockCrcs) throws IOException {
        writer.send(FrameType.PIECE, DataFrameCodec.piece(blockCrcs), bytes.duplicate());
    }

    public void sendEnd(int length, int crc32c) throws IOException {
        sendEnd(length, crc32c, null);
    }

    /** As above, with the SHA-256 of everything that was sent. */
    public void sendEnd(int length, int crc32c, @Nullable Sha256 sha256) throws IOException {
        writer.send(FrameType.END, DataFrameCodec.end(length, crc32c, sha256), null);
    }

    /**
     * Sends a request, a chunk of one piece, and its end in one write, so that the peer is woken
     * once. The position of {@code bytes} does not change.
     */
    public void sendWhole(
            RequestEnvelope request, ByteBuffer bytes, int[] blockCrcs, int crc32c, @Nullable Sha256 sha256)
            throws IOException {
        requireTarget(request);
        writer.sendWhole(
                WireCodec.to(request),
                DataFrameCodec.piece(blockCrcs),
                bytes.duplicate(),
                DataFrameCodec.end(bytes.remaining(), crc32c, sha256));
    }

    /** Counts the bytes of this connection there as well; to be called before it is used. */
    void countIn(WireTraffic traffic) {
        channel.countIn(traffic);
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
            reader.settle();
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
        if (!reader.awaitSomething()) {
            return null;
        }
        deadline.shorten(begun);
        if (!reader.awaitByte()) {
            return null;
        }
        FrameReader.Head head = reader.head();
        head.mustBe(FrameType.REQUEST);
        return new Incoming<>(WireCodec.request(header(head)), head.bodyLength());
    }

    /**
     * Waits for the answer. Throws {@link TrivetException} for a refusal; the connection stays
     * usable.
     */
    public Incoming<Reply> receive() throws IOException {
        if (prefacePending) {
            readPrefaceOfListener();
        }
        FrameReader.Head head = reader.head();
        head.mustBe(FrameType.RESPONSE);
        Reply reply = WireCodec.reply(header(head));
        if (reply instanceof Reply.Refused(var refusal)) {
            throw new TrivetException(refusal);
        }
        return new Incoming<>(reply, head.bodyLength());
    }

    /**
     * Waits for the next piece and reads its bytes into {@code buffer}, from position 0; the buffer
     * is flipped. Throws {@link TrivetException} if a refusal comes instead.
     */
    public DataFrame receivePiece(ByteBuffer buffer) throws IOException {
        FrameReader.Head head = reader.head();
        if (head.headerLength() > MAX_PIECE_HEADER) {
            throw new ProtocolException("a header of " + head.headerLength() + " bytes among pieces");
        }
        return switch (head.type()) {
            case PIECE -> pieceInto(buffer, head);
            case END -> DataFrameCodec.end(header(head));
            case RESPONSE -> throw refusalAmongPieces(head);
            case REQUEST -> throw new ProtocolException("a request in the midst of pieces");
        };
    }

    private DataFrame pieceInto(ByteBuffer buffer, FrameReader.Head head) throws IOException {
        DataFrame.Bytes piece = DataFrameCodec.bytes(header(head));
        if (head.bodyLength() == 0 || head.bodyLength() > buffer.capacity()) {
            throw new ProtocolException("a piece of " + head.bodyLength() + " bytes is not expected here");
        }
        reader.readFully(buffer.clear().limit(head.bodyLength()));
        buffer.flip();
        return piece;
    }

    private TrivetException refusalAmongPieces(FrameReader.Head head) throws IOException {
        if (WireCodec.reply(header(head)) instanceof Reply.Refused(var refusal)) {
            return new TrivetException(refusal);
        }
        throw new ProtocolException("an answer in the midst of pieces");
    }

    /** Reads the body announced by {@code incoming} into a new array. */
    public byte[] body(Incoming<?> incoming) throws IOException {
        return reader.bytes(incoming.bodyLength());
    }

    private byte[] header(FrameReader.Head head) throws IOException {
        return reader.bytes(head.headerLength());
    }

    boolean isOverdue(long nowNanos) {
        return deadline.isOverdue(nowNanos);
    }

    /** Whether a thread waits for this connection and no byte has moved since that time. */
    boolean isQuietSince(long nanos) {
        return deadline.isQuietSince(nanos);
    }

    void expire() {
        deadline.expire();
        close();
    }

    /** Whether the peer has sent nothing and not closed, as is right while nothing is requested. */
    boolean isQuiet() {
        return !reader.hasBuffered() && transportChannel.isQuiet();
    }

    /**
     * Ends the connection so that the peer can read what was sent last: a close with unread bytes
     * would reset it. Discards a little of what still arrives, for up to a second.
     */
    public void farewell() {
        farewell(FAREWELL_LIMIT, FAREWELL_BYTES);
    }

    /**
     * Like {@link #farewell}, after the refusal of a body that the peer is still sending and that it
     * must not send elsewhere: it reads the refusal only after its last byte. A stranger gets no more
     * than the usual farewell.
     *
     * @param length of the body
     */
    public void farewellAfter(int length) {
        if (isStranger()) {
            farewell();
        } else {
            farewell(BODY_FAREWELL_LIMIT, length + length / BODY_OVERHEAD_PART + FAREWELL_BYTES);
        }
    }

    private void farewell(Duration limit, int bytes) {
        timeout(limit);
        try {
            transportChannel.finish();
            reader.forget(bytes);
        } catch (IOException ignored) {
            // It ends anyway.
        }
        close();
    }

    /**
     * Nothing is expected of the peer until the next call of {@link #timeout}: the connection is not
     * closed in the meantime.
     */
    public void rest() {
        deadline.rest();
    }

    @Override
    public void close() {
        watchdog.forget(this);
        try {
            transportChannel.close();
        } catch (IOException ignored) {
            // No acknowledgement depends on a close.
        }
    }

    /** A received message, and the length of the body that follows it. */
    public record Incoming<T>(T message, int bodyLength) {}
}
