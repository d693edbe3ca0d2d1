package io.trivet.client;

import io.trivet.model.FileRecord;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A file of the cluster, open for reads at any position. Any number of threads may read at once. It
 * reads the content that the name had when it was opened, even if the file is replaced or removed,
 * for as long as the cluster keeps that content. Every block is verified; the whole of a file of
 * several chunks is not, because it need not be read.
 *
 * <p>If reads follow each other, up to 2 MiB are read ahead; four such sequences are noticed at once.
 * What was read lately or ahead is shared by all files of a client, which keep a MiB for each of
 * {@link ClientOptions#openFiles}.
 */
public interface RemoteFile extends AutoCloseable {
    FileRecord record();

    /**
     * Reads from a position, in bytes, as much as the buffer takes; less only at the end of the
     * file. Returns the number of bytes, -1 at or beyond the end. Throws {@code CORRUPT}, {@code
     * NO_SUCH_CHUNK} or {@code UNREACHABLE} as {@link io.trivet.model.TrivetException} if no node has
     * these bytes, and {@link java.nio.channels.ClosedChannelException} after {@link #close}.
     */
    int read(long position, ByteBuffer target) throws IOException;

    /** Reads under way are completed. */
    @Override
    void close();
}
