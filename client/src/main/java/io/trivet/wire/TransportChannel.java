package io.trivet.wire;

import io.trivet.wire.credentials.CertifiedNode;
import io.trivet.wire.credentials.ChannelBinding;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Bytes to and from the peer, in plaintext or under TLS. One thread at a time reads or writes; any
 * may close.
 */
sealed interface TransportChannel extends AutoCloseable permits PlainChannel, TlsChannel {
    /** Performs the handshake; returns at once if there is none. */
    void handshake() throws IOException;

    /** From now on {@code memory} counts what the peer makes this end hold. */
    void share(MemoryReservation memory);

    /** From now on {@code strangers} says when a handshake with this network may go on. */
    void limit(StrangerLimiter strangers, String network);

    /**
     * Waits for at least one byte; returns the number of bytes, or -1 at the end; 0 if what came
     * cannot be read before more arrives. A target with room gets whole records without a copy.
     */
    int read(ByteBuffer target) throws IOException;

    /** Returns when the first bytes are sent, or all if they are few. Call again for the rest. */
    void write(ByteBuffer... sources) throws IOException;

    /** Whether it was not closed by this side. */
    boolean isOpen();

    /** Whether no unexpected bytes have come, as far as can be told without waiting. */
    boolean isQuiet();

    /** Says that nothing more will be written. */
    void finish() throws IOException;

    /** The node that the peer proved to be; empty if it proved nothing. */
    Optional<CertifiedNode> peer();

    /**
     * What a proof made on this channel is bound to; empty without encryption. Throws {@link
     * IllegalStateException} for the keys of the channel where the JDK does not tell them.
     */
    byte[] binding(ChannelBinding kind);

    /**
     * Gives back what it holds. Called by the last user's thread when nothing reads or writes any
     * more.
     */
    void end();

    @Override
    void close() throws IOException;
}
