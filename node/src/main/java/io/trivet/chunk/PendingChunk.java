package io.trivet.chunk;

import java.nio.ByteBuffer;

/**
 * A chunk that arrives, written from start to end by one thread. It is invisible until it is
 * published; closing it unpublished leaves nothing. Failures are refusals, and were dealt with.
 */
sealed interface PendingChunk extends AutoCloseable permits PendingFile, PendingRecord {
    /** Appends bytes of the chunk, and at last its trailer. Not durable. */
    void append(ByteBuffer bytes);

    /** Makes the bytes durable, if they are on the disk already. */
    void sync();

    /**
     * Makes the chunk one that is here. Durable on return, on a disk that serves; a failure leaves
     * nothing under its name.
     */
    void publish();

    @Override
    void close();
}
