package io.trivet.wire;

import io.trivet.wire.credentials.CertifiedNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Bytes to and from the other end, in the clear or under TLS. One thread at a time reads or writes; any may close. */
sealed interface TransportChannel extends AutoCloseable permits PlainChannel, TlsChannel {
    /** Agrees with the other end on how to speak; returns at once where there is nothing to agree on. */
    void handshake() throws IOException;

    /** From now on what the other end makes this one hold is counted there. */
    void share(MemoryReservation memory);

    /**
     * Waits for at least one byte; returns how many came, or -1 at the end. 0 where something came
     * that can not be read before more does. A target with room gets whole records without a copy
     * in between.
     */
    int read(ByteBuffer target) throws IOException;

    /**
     * Returns when some bytes, the first ones, are on their way; all of them if they are few. To be
     * called again for the rest.
     */
    void write(ByteBuffer... sources) throws IOException;

    /** Whether nothing has come that nobody waits for, as far as can be told without waiting. */
    boolean isQuiet();

    /** Nothing more will be written. */
    void finish() throws IOException;

    /** The node that the other end proved to be; empty where it proved nothing. */
    Optional<CertifiedNode> peer();

    /**
     * What both ends know of this channel and nobody else does, so that what is proved on it counts
     * on no other; empty where nothing is secret.
     */
    byte[] binding();

    /** Gives back what it holds; by the thread that used it last, when nobody reads or writes any more. */
    void end();

    @Override
    void close() throws IOException;
}
