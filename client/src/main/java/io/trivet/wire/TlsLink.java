package io.trivet.wire;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * TLS over a channel that blocks, with the JDK's engine.
 *
 * <p>Bytes are copied no more than they must be: a record is made straight from the caller's buffers and opened straight into the target where a whole
 * one fits. Many records are made before they are written at once, and read at once. Waiting for a first byte costs {@link #SIP} bytes of memory; the
 * large buffer is there from then until all that came is used up.
 */
final class TlsLink implements Link {
    /** The largest record that may come, with room (RFC 8446, 5.2). */
    private static final int RECORD = 17 << 10;

    private static final int SIP = 512;
    private static final String BINDING_LABEL = "EXPORTER-Channel-Binding";
    private static final int BINDING_BYTES = 32;
    private static final int FIRST_OF_PREFACE = 'T';
    private static final ByteBuffer[] NOTHING = {ByteBuffer.allocate(0)};

    private final SocketChannel channel;
    private final SSLEngine engine;

    /** Sealed records that came and were not opened yet; empty while {@link #borrowed} is null. */
    private ByteBuffer arrived = ByteBuffer.allocate(SIP).flip();

    private final ByteBuffer sip = arrived;
    private @Nullable ByteBuffer borrowed;

    /** What was opened and not read yet. */
    private @Nullable ByteBuffer opened;

    private boolean heard;
    private Optional<CertifiedNode> peer = Optional.empty();
    private byte[] binding = new byte[0];

    TlsLink(SocketChannel channel, SSLEngine engine) {
        this.channel = channel;
        this.engine = engine;
    }

    /** Throws {@link UntrustedException} where the ends do not believe each other, {@link SpokenPlainException} where the other end speaks no TLS. */
    @Override
    public void greet() throws IOException {
        try {
            engine.beginHandshake();
            shake();
            peer = proven();
            binding = exported();
        } catch (SSLException e) {
            sayWhy();
            throw untrusted(e);
        } finally {
            rest();
        }
    }

    private void shake() throws IOException {
        while (true) {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> runTasks();
                case NEED_WRAP -> write(NOTHING);
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    if (openInRoom() == Status.BUFFER_UNDERFLOW) {
                        requireMore();
                    }
                }
                case FINISHED, NOT_HANDSHAKING -> {
                    return;
                }
            }
        }
    }

    private void runTasks() {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    private void requireMore() throws IOException {
        if (!receive(true)) {
            throw new EOFException("it ended the connection in the midst of the handshake");
        }
    }

    /** The alert that tells the other end what was wrong with it. */
    private void sayWhy() {
        try {
            runTasks();
            if (engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NEED_WRAP) {
                write(NOTHING);
            }
        } catch (IOException _) {
            // It is told by the end of the connection then.
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

    /** The JDK wraps what a trust manager says, more than once. */
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
            return Buffers.move(opened, target);
        }
        int before = target.position();
        boolean bulk = target.remaining() >= RECORD;
        while (true) {
            boolean fits = target.remaining() >= RECORD;
            Status status = fits ? open(target) : openInRoom();
            if (!fits && opened != null && opened.hasRemaining()) {
                Buffers.move(opened, target);
                return target.position() - before;
            }
            boolean got = target.position() > before;
            if (got && (status != Status.OK || target.remaining() < RECORD)) {
                return target.position() - before;
            }
            if (status == Status.CLOSED || (status == Status.BUFFER_UNDERFLOW && !receive(bulk))) {
                return -1;
            }
        }
    }

    /** Opens a record where there is no room for a whole one in the target: into {@link #opened}, which is empty. */
    private Status openInRoom() throws IOException {
        ByteBuffer room = opened == null ? ByteBuffer.allocate(RECORD) : opened;
        opened = room.clear();
        try {
            return open(room);
        } finally {
            room.flip();
        }
    }

    /** Opens one record of those that arrived; what the engine has to say in return is sent. */
    private Status open(ByteBuffer target) throws IOException {
        SSLEngineResult result = engine.unwrap(arrived, target);
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
     * Waits for more of the record that begins in {@link #arrived}, and takes all that is there. False at the end of the connection.
     *
     * @param bulk much is expected: wait with a large buffer at once
     */
    private boolean receive(boolean bulk) throws IOException {
        if (!arrived.hasRemaining() && !bulk) {
            rest();
            return receiveInto(sip);
        }
        if (borrowed == null) {
            borrowed = Buffers.take().put(arrived).flip();
            arrived = borrowed;
        }
        return receiveInto(borrowed);
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
        if (engine.getUseClientMode()) {
            throw new UntrustedException(
                    "it speaks without TLS, and an authority is to be checked: it is another cluster than"
                            + " the one meant, or that was made with --plaintext and the profile is an older one");
        }
        throw new SpokenPlainException(
                ByteBuffer.allocate(first.remaining()).put(first).flip());
    }

    /** Gives the large buffers back when they hold nothing. */
    private void rest() {
        if (borrowed != null && !borrowed.hasRemaining()) {
            Buffers.giveBack(borrowed);
            borrowed = null;
            arrived = sip.clear().flip();
        }
        if (opened != null && !opened.hasRemaining()) {
            opened = null;
        }
    }

    @Override
    public void write(ByteBuffer... sources) throws IOException {
        ByteBuffer sealed = Buffers.take();
        try {
            seal(sources, sealed);
            sealed.flip();
            while (sealed.hasRemaining()) {
                channel.write(sealed);
            }
        } finally {
            Buffers.giveBack(sealed);
        }
    }

    /** As many records as there is room and need for; one at least, which may be the engine's own. */
    private void seal(ByteBuffer[] sources, ByteBuffer sealed) throws IOException {
        do {
            SSLEngineResult result = engine.wrap(sources, sealed);
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
        return !arrived.hasRemaining() && (opened == null || !opened.hasRemaining()) && Buffers.isQuiet(channel);
    }

    @Override
    public void finish() throws IOException {
        engine.closeOutbound();
        write(NOTHING);
        channel.shutdownOutput();
    }

    @Override
    public Optional<CertifiedNode> peer() {
        return peer;
    }

    @Override
    public byte[] binding() {
        return binding.clone();
    }

    /** The exporter of RFC 9266: whoever stands between two connections cannot make them have the same. */
    private byte[] exported() throws SSLException {
        if (engine.getSession() instanceof ExtendedSSLSession session) {
            return session.exportKeyingMaterialData(BINDING_LABEL, new byte[0], BINDING_BYTES);
        }
        throw new SSLException("this JDK binds no login to its channel");
    }

    private Optional<CertifiedNode> proven() {
        try {
            X509Certificate certificate = (X509Certificate) engine.getSession().getPeerCertificates()[0];
            return Optional.of(CertifiedNode.of(certificate));
        } catch (SSLPeerUnverifiedException _) {
            return Optional.empty();
        } catch (CertificateException e) {
            throw new IllegalStateException("a certificate that was checked names no node", e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
