package io.trivet.wire;

import io.trivet.model.Sha256;
import io.trivet.wire.credentials.AuthorityCheck;
import io.trivet.wire.credentials.CertificateTime;
import io.trivet.wire.credentials.CertifiedNode;
import io.trivet.wire.credentials.ChannelBinding;
import io.trivet.wire.credentials.UntrustedException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * TLS over a blocking channel, with the JDK's engine.
 *
 * <p>Copies as little as possible: a record is encrypted straight from the caller's buffers and
 * decrypted straight into the target if a whole record fits. Many records are encrypted before one
 * write, and one read takes many.
 *
 * <p>Memory follows what arrived, not what was announced: waiting costs {@link #SIP} bytes, also
 * within a record, until these are full; then a buffer for one record. Large buffers are for bulk
 * transfers, which are few.
 */
final class TlsChannel implements TransportChannel {
    private static final int RECORD = TlsBuffers.RECORD_BYTES;
    private static final int SIP = 512;

    /** The most plaintext bytes of a record. */
    private static final int MOST_OF_A_RECORD = 16 << 10;

    /** Type, version and length of a record. */
    private static final int HEAD = 5;

    private static final int LENGTH_AT = 3;

    /**
     * From "change cipher spec" to "application data"; a record of TLS 1.3 begins with no other
     * byte.
     */
    private static final int FIRST_TYPE = 20;

    private static final int LAST_TYPE = 23;
    private static final int FIRST_OF_PREFACE = 'T';
    private static final ByteBuffer[] NOTHING = {ByteBuffer.allocate(0)};

    private final SocketChannel channel;

    /** Made for the first whole record: who connects and says nothing costs no engine. */
    private final Supplier<SSLEngine> engines;

    private @Nullable SSLEngine engine;

    /** Whether the peer determines how many channels there are. */
    private final boolean counted;

    /**
     * Encrypted records that arrived and were not decrypted yet; {@link #sip}, or a borrowed
     * buffer.
     */
    private ByteBuffer arrived = ByteBuffer.allocate(SIP).flip();

    private final ByteBuffer sip = arrived;
    private boolean borrowed;
    private @Nullable StrangerLimiter strangers;
    private String network = "";
    private @Nullable MemoryReservation memoryReservation;

    /** Decrypted bytes that were not read yet. */
    private @Nullable ByteBuffer opened;

    private final CertificateTime time;
    private boolean heard;
    private Optional<CertifiedNode> peer = Optional.empty();
    private byte[] exported = new byte[0];

    /** @param calls on the side that made the connection */
    TlsChannel(SocketChannel channel, Supplier<SSLEngine> engines, boolean calls, CertificateTime time) {
        this.time = time;
        this.channel = channel;
        this.engines = engines;
        this.counted = !calls;
    }

    private SSLEngine engine() {
        if (engine == null) {
            engine = engines.get();
        }
        return engine;
    }

    @Override
    public void share(MemoryReservation memory) {
        memoryReservation = memory;
    }

    @Override
    public void limit(StrangerLimiter limiter, String ofPeer) {
        strangers = limiter;
        network = ofPeer;
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    /**
     * Throws {@link UntrustedException} if the ends do not trust each other, {@link
     * SpokenPlainException} if the peer does not speak TLS.
     */
    @Override
    public void handshake() throws IOException {
        try {
            while (counted && !isRecordThere()) {
                requireMore();
            }
            engine().beginHandshake();
            shake();
            peer = proven();
            exported = KeyExporter.channelBinding(engine().getSession());
        } catch (SSLException e) {
            sayWhy();
            throw untrusted(e);
        } finally {
            rest();
        }
    }

    /** Computes only in its turn, and waits for the peer outside of it. */
    private void shake() throws IOException {
        StrangerLimiter.@Nullable Turn turn = null;
        int steps = 0;
        boolean answered = false;
        try {
            while (true) {
                switch (engine().getHandshakeStatus()) {
                    case NEED_TASK -> runTasks();
                    case NEED_WRAP -> {
                        write(NOTHING);
                        answered = true;
                    }
                    case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                        boolean isThere = isRecordThere();
                        if (isThere && turn == null && strangers != null) {
                            steps += answered ? 1 : 0;
                            boolean ahead = answered && steps <= StrangerLimiter.STEPS_AHEAD;
                            turn = strangers.step(network, channel::isOpen, ahead);
                        }
                        if (!isThere || openInRoom() == Status.BUFFER_UNDERFLOW) {
                            end(turn);
                            turn = null;
                            requireMore();
                        }
                    }
                    case FINISHED, NOT_HANDSHAKING -> {
                        return;
                    }
                }
            }
        } finally {
            end(turn);
        }
    }

    private static void end(StrangerLimiter.@Nullable Turn turn) {
        if (turn != null) {
            turn.close();
        }
    }

    private void runTasks() {
        for (Runnable task = engine().getDelegatedTask(); task != null; task = engine().getDelegatedTask()) {
            task.run();
        }
    }

    private void requireMore() throws IOException {
        if (!receive(false)) {
            throw new EOFException("it ended the connection in the midst of the handshake");
        }
    }

    /** Sends the alert that tells the peer what is wrong. */
    private void sayWhy() {
        try {
            runTasks();
            if (engine().getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NEED_WRAP) {
                write(NOTHING);
            }
        } catch (IOException ignored) {
            // The peer notices the end of the connection.
        }
    }

    private static IOException untrusted(SSLException e) {
        for (@Nullable Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException) {
                return new UntrustedException(String.valueOf(deepest(cause)), e);
            }
        }
        String message = String.valueOf(e.getMessage());
        return new UntrustedException(
                message.contains("fatal alert")
                        ? "it does not accept this side's certificate, or way of speaking TLS (" + message + ")"
                        : "no TLS could be agreed on (" + message + ")",
                e);
    }

    /** The JDK wraps the trust manager's exception, more than once. */
    private static @Nullable String deepest(Throwable thrown) {
        @Nullable String message = thrown.getMessage();
        for (@Nullable Throwable cause = thrown.getCause(); cause != null; cause = cause.getCause()) {
            if (cause.getClass() == CertificateException.class) {
                message = cause.getMessage();
            }
        }
        return message;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        try {
            return readRecords(target);
        } catch (SSLException e) {
            sayWhy();
            throw untrusted(e);
        } finally {
            rest();
        }
    }

    private int readRecords(ByteBuffer target) throws IOException {
        if (opened != null && opened.hasRemaining()) {
            return TlsBuffers.move(opened, target);
        }
        int before = target.position();
        boolean bulk = target.remaining() >= RECORD;
        while (true) {
            if (!isRecordThere()) {
                if (target.position() > before) {
                    return target.position() - before;
                }
                if (!receive(bulk)) {
                    return -1;
                }
                if (!isRecordThere()) {
                    return 0;
                }
            }
            boolean fits = target.remaining() >= RECORD;
            Status status = fits ? open(target) : openInRoom();
            if (!fits && opened != null && opened.hasRemaining()) {
                TlsBuffers.move(opened, target);
                return target.position() - before;
            }
            boolean got = target.position() > before;
            if (got && (status != Status.OK || target.remaining() < RECORD)) {
                return target.position() - before;
            }
            if (status == Status.CLOSED) {
                return -1;
            }
        }
    }

    /** Whether a whole record has arrived, or bytes that the engine will reject as one. */
    private boolean isRecordThere() {
        if (arrived.remaining() < HEAD) {
            return false;
        }
        int type = arrived.get(arrived.position());
        int length = Short.toUnsignedInt(arrived.getShort(arrived.position() + LENGTH_AT));
        return type < FIRST_TYPE || type > LAST_TYPE || HEAD + length > RECORD || arrived.remaining() >= HEAD + length;
    }

    /**
     * Decrypts a record into {@link #opened}, which is empty, because the target has no room for a
     * whole one.
     */
    private Status openInRoom() throws IOException {
        ByteBuffer room = opened == null ? record() : opened;
        opened = room.clear();
        try {
            return open(room);
        } finally {
            room.flip();
        }
    }

    private ByteBuffer record() throws IOException {
        if (memoryReservation != null) {
            memoryReservation.take(RECORD);
        }
        return TlsBuffers.takeRecord();
    }

    /** A large buffer, or one for a record if no large one is free. */
    private ByteBuffer large() throws IOException {
        ByteBuffer buffer = TlsBuffers.takeLarge(counted);
        if (TlsBuffers.isLarge(buffer)) {
            return buffer;
        }
        TlsBuffers.giveBack(buffer, counted);
        return record();
    }

    private void giveBack(ByteBuffer buffer) {
        if (memoryReservation != null && !TlsBuffers.isLarge(buffer)) {
            memoryReservation.giveBack(RECORD);
        }
        TlsBuffers.giveBack(buffer, counted);
    }

    /** Decrypts one of the arrived records, and sends what the engine has to answer. */
    private Status open(ByteBuffer target) throws IOException {
        SSLEngineResult result = engine().unwrap(arrived, target);
        if (result.getStatus() == Status.CLOSED) {
            return Status.CLOSED;
        }
        switch (result.getHandshakeStatus()) {
            case NEED_TASK -> runTasks();
            case NEED_WRAP -> write(NOTHING);
            case FINISHED, NOT_HANDSHAKING, NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {}
        }
        return result.getStatus();
    }

    /**
     * Waits for more of the record that begins in {@link #arrived}, and takes all that is there.
     * False at the end of the connection.
     *
     * @param bulk much is expected, so that a large buffer is used at once
     */
    private boolean receive(boolean bulk) throws IOException {
        if (!arrived.hasRemaining()) {
            rest();
        }
        boolean full = arrived.remaining() == arrived.capacity();
        if (bulk && !TlsBuffers.isLarge(arrived)) {
            moveInto(large());
        } else if (full) {
            moveInto(counted ? record() : large());
        }
        return receiveInto(arrived);
    }

    private void moveInto(ByteBuffer wider) {
        wider.put(arrived).flip();
        if (borrowed) {
            giveBack(arrived);
        }
        arrived = wider;
        borrowed = true;
    }

    private boolean receiveInto(ByteBuffer buffer) throws IOException {
        buffer.compact();
        int read;
        try {
            read = channel.read(buffer);
        } finally {
            buffer.flip();
        }
        if (!heard && read > 0) {
            heard = true;
            refusePlaintext(buffer);
        }
        return read >= 0;
    }

    private void refusePlaintext(ByteBuffer first) throws IOException {
        if (first.get(first.position()) != FIRST_OF_PREFACE) {
            return;
        }
        if (!counted) {
            throw new UntrustedException(
                    "it speaks without TLS, and an authority is to be checked: it is another cluster than"
                            + " the one meant, or that was made with --plaintext and the profile is an older one");
        }
        throw new SpokenPlainException(
                ByteBuffer.allocate(first.remaining()).put(first).flip());
    }

    /** Gives back empty buffers. */
    private void rest() {
        if (borrowed && !arrived.hasRemaining()) {
            giveBack(arrived);
            arrived = sip.clear().flip();
            borrowed = false;
        }
        if (opened != null && !opened.hasRemaining()) {
            giveBack(opened);
            opened = null;
        }
    }

    @Override
    public void end() {
        arrived.position(arrived.limit());
        if (opened != null) {
            opened.position(opened.limit());
        }
        rest();
    }

    @Override
    public void write(ByteBuffer... sources) throws IOException {
        ByteBuffer sealed = isMuch(sources) ? large() : record();
        try {
            seal(sources, sealed);
            sealed.flip();
            while (sealed.hasRemaining()) {
                channel.write(sealed);
            }
        } finally {
            giveBack(sealed);
        }
    }

    private static boolean isMuch(ByteBuffer[] buffers) {
        long remaining = 0;
        for (ByteBuffer buffer : buffers) {
            remaining += buffer.remaining();
        }
        return remaining > MOST_OF_A_RECORD;
    }

    /**
     * Encrypts as many records as needed and fit; at least one, which may be a handshake message of
     * the engine.
     */
    private void seal(ByteBuffer[] sources, ByteBuffer sealed) throws IOException {
        do {
            SSLEngineResult result = engine().wrap(sources, sealed);
            if (result.getStatus() == Status.CLOSED) {
                if (hasRemaining(sources)) {
                    throw new EOFException("it ended the connection");
                }
                return;
            }
        } while (hasRemaining(sources) && sealed.remaining() >= RECORD);
    }

    private static boolean hasRemaining(ByteBuffer[] buffers) {
        for (ByteBuffer buffer : buffers) {
            if (buffer.hasRemaining()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean isQuiet() {
        return !arrived.hasRemaining() && (opened == null || !opened.hasRemaining()) && TlsBuffers.isQuiet(channel);
    }

    @Override
    public void finish() throws IOException {
        engine().closeOutbound();
        write(NOTHING);
        channel.shutdownOutput();
    }

    @Override
    public Optional<CertifiedNode> peer() {
        return peer;
    }

    @Override
    public byte[] binding(ChannelBinding kind) {
        return switch (kind) {
            case EXPORTER -> {
                if (!KeyExporter.isThere()) {
                    throw new IllegalStateException("this JDK binds no login to the keys of its channel");
                }
                yield exported.clone();
            }
            case SERVER_END_POINT -> ofListenersCertificate();
        };
    }

    /** With the name of its kind before it, so that it is never taken for another. */
    private byte[] ofListenersCertificate() {
        try {
            SSLSession session = engine().getSession();
            Certificate[] shown = counted ? session.getLocalCertificates() : session.getPeerCertificates();
            byte[] certificate = shown[0].getEncoded();
            byte[] kind = "tls-server-end-point:".getBytes(StandardCharsets.US_ASCII);
            byte[] both = Arrays.copyOf(kind, kind.length + certificate.length);
            System.arraycopy(certificate, 0, both, kind.length, certificate.length);
            return Sha256.of(both).toBytes();
        } catch (SSLPeerUnverifiedException | CertificateEncodingException e) {
            throw new IllegalStateException("every listener shows a certificate", e);
        }
    }

    /**
     * The authenticated peer. Checks the certificate's time once more, independently of the
     * handshake.
     */
    private Optional<CertifiedNode> proven() throws UntrustedException {
        try {
            X509Certificate certificate =
                    (X509Certificate) engine().getSession().getPeerCertificates()[0];
            AuthorityCheck.checkTime(certificate, time);
            return Optional.of(CertifiedNode.of(certificate));
        } catch (SSLPeerUnverifiedException ignored) {
            return Optional.empty();
        } catch (CertificateException e) {
            throw new UntrustedException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
