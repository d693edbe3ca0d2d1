package io.trivet.wire;

import io.trivet.model.Address;
import io.trivet.model.CallerIdentity;
import io.trivet.model.ClusterId;
import io.trivet.model.Sha256;
import io.trivet.model.TrivetException;
import io.trivet.wire.credentials.CertifiedNode;
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

    /** Headers of a transfer hold a few checksums; they are not counted among those that may be long. */
    private static final int MAX_PIECE_HEADER = 64 << 10;

    /** What no budget counts of what comes or goes: the number of connections bounds it. */
    static final int SMALL = 4 << 10;

    private final TransportChannel transportChannel;
    private final Address peer;
    private final Watchdog watchdog;
    private final ConnectionDeadline deadline = new ConnectionDeadline();
    private final ConnectionTraffic connectionTraffic = new ConnectionTraffic();
    private final MemoryReservation memoryReservation = new MemoryReservation(this);
    private final PeerIdentity identity;
    private final TimedChannel channel;
    private final FrameReader reader;
    private final FrameWriter writer;
    private boolean prefacePending;
    private @Nullable ListenerMemory memory;
    private boolean introduced;
    private ClusterId expected = Preface.UNKNOWN;
    private Predicate<CertifiedNode> isKnown = _ -> true;

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

    /** Who has proved to be at the other end, by a certificate or by a login; for the listener's side. */
    public CallerIdentity identity() {
        return identity.proved();
    }

    /** A request on it came with a token that the cluster gave this user. */
    public void actsFor(String user) {
        identity.actsFor(user);
    }

    /** Whether nothing says yet that whoever is at the other end has anything to do with this cluster. */
    boolean isStranger() {
        return identity.isStranger();
    }

    /** On whose account it is: the node's, the user's, or that of the address that it comes from. */
    public String account() {
        return identity.account(peer.host());
    }

    /** What has moved on it. */
    public ConnectionTraffic traffic() {
        return connectionTraffic;
    }

    /** The other side has proved to be this. */
    public void identifiedAs(CallerIdentity proved) {
        identity.prove(proved);
    }

    /** A nonce for the next login on this connection. */
    public byte[] newChallenge() {
        return identity.newChallenge();
    }

    /** The nonce of the last challenge, once: null when there was none since. */
    public byte @Nullable [] takeChallenge() {
        return identity.takeChallenge();
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
        deadline.set(limit, ConnectionDeadline.NO_SILENCE);
    }

    /** As above; and the other side may be silent for no longer than this. */
    public void timeout(Duration limit, Duration silence) {
        deadline.set(limit, silence);
    }

    /** The caller's preface goes out with the first frame; the listener's is read before the first answer. */
    void callerOf(ClusterId cluster) {
        expected = cluster;
        prefacePending = true;
        writer.beginWith(Preface.of(cluster));
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
        if (reader.firstOfPreface() == Preface.TLS_HANDSHAKE) {
            tell(cluster);
        }
        return reader.preface();
    }

    private void tell(ClusterId cluster) throws IOException {
        writer.send(Preface.of(cluster));
    }

    /** Tells a caller that began in plaintext that this cluster speaks TLS, as far as it can understand. */
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
     * The node at the other end, where it proved by a certificate of the cluster that it is one;
     * clients prove nothing here.
     */
    public Optional<CertifiedNode> certified() {
        return transportChannel.peer();
    }

    /** Agrees with the other end on how to speak. */
    void handshake() throws IOException {
        channel.handshake();
    }

    /** The cluster at the other end; known after the first answer. */
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
        writer.send(FrameType.RESPONSE, WireCodec.to(reply), null);
    }

    public void send(Reply reply, ByteBuffer body) throws IOException {
        writer.send(FrameType.RESPONSE, WireCodec.to(reply), body);
    }

    /** Sends a piece of a chunk: the bytes between position and limit, whose position is left where it was. */
    public void sendPiece(ByteBuffer bytes, int[] blockCrcs) throws IOException {
        writer.send(FrameType.PIECE, DataFrameCodec.piece(blockCrcs), bytes.duplicate());
    }

    public void sendEnd(int length, int crc32c) throws IOException {
        sendEnd(length, crc32c, null);
    }

    /** As above, with the SHA-256 of all that was sent. */
    public void sendEnd(int length, int crc32c, @Nullable Sha256 sha256) throws IOException {
        writer.send(FrameType.END, DataFrameCodec.end(length, crc32c, sha256), null);
    }

    /**
     * Sends a request with a chunk of one piece and its end, all at once: the other side is woken
     * once, and a small chunk costs one write. The position of {@code bytes} is left where it was.
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
            reader.settle();
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

    /** Waits for the answer. A refusal is thrown as {@link TrivetException}; the connection stays usable after it. */
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
     * Waits for the next piece and reads its bytes into {@code buffer}, from position 0; it is
     * flipped, ready to be read. A refusal that comes instead is thrown as {@link TrivetException}.
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

    /** Reads the body that was announced with {@code incoming} into a new array. */
    public byte[] body(Incoming<?> incoming) throws IOException {
        return reader.bytes(incoming.bodyLength());
    }

    private byte[] header(FrameReader.Head head) throws IOException {
        return reader.bytes(head.headerLength());
    }

    boolean isOverdue(long nowNanos) {
        return deadline.isOverdue(nowNanos);
    }

    /** Whether somebody waits for this connection and no byte has moved since that time. */
    boolean isQuietSince(long nanos) {
        return deadline.isQuietSince(nanos);
    }

    void expire() {
        deadline.expire();
        close();
    }

    /** Whether the other side has said nothing and not hung up, as it should while nothing is asked of it. */
    boolean isQuiet() {
        return !reader.hasBuffered() && transportChannel.isQuiet();
    }

    /**
     * Ends the connection so that the other side can read what it was sent last: a close with bytes
     * unread would reset it. Reads and forgets a little of what still comes, for a short time.
     */
    public void farewell() {
        timeout(FAREWELL_LIMIT);
        try {
            transportChannel.finish();
            reader.forget(FAREWELL_BYTES);
        } catch (IOException _) {
            // It is ended anyway.
        }
        close();
    }

    void rest() {
        deadline.rest();
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
