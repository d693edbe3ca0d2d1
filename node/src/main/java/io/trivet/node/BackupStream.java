package io.trivet.node;

import io.trivet.model.Checksums;
import io.trivet.model.ChunkSize;
import io.trivet.namespace.Namespace;
import io.trivet.wire.BlockSums;
import io.trivet.wire.Connection;
import io.trivet.wire.protocol.Reply;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Sends a backup of the namespace as pieces while it is written. The buffer holds one piece. One
 * thread.
 */
final class BackupStream extends OutputStream {
    private static final Duration PIECE_LIMIT = Duration.ofSeconds(30);

    private final Connection connection;
    private final ByteBuffer buffer;
    private long length;
    private int crc32c;

    BackupStream(Connection connection, ByteBuffer buffer) {
        this.connection = connection;
        this.buffer = buffer.clear().limit(buffer.capacity() / ChunkSize.BLOCK_BYTES * ChunkSize.BLOCK_BYTES);
    }

    /**
     * Sends the backup and its end; only the end if no log entry after {@code newerThan} was
     * applied.
     */
    void send(Namespace namespace, long newerThan) throws IOException {
        connection.timeout(PIECE_LIMIT);
        connection.send(new Reply.Done());
        if (namespace.appliedIndex() > newerThan) {
            namespace.backup(this);
        }
        sendPiece();
        connection.timeout(PIECE_LIMIT);
        connection.sendEnd((int) length, crc32c);
    }

    @Override
    public void write(int oneByte) throws IOException {
        write(new byte[] {(byte) oneByte}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        for (int done = 0; done < count; ) {
            int some = Math.min(count - done, buffer.remaining());
            buffer.put(bytes, offset + done, some);
            done += some;
            if (!buffer.hasRemaining()) {
                sendPiece();
            }
        }
    }

    private void sendPiece() throws IOException {
        int limit = buffer.limit();
        buffer.flip();
        if (buffer.hasRemaining()) {
            connection.timeout(PIECE_LIMIT);
            connection.sendPiece(buffer, BlockSums.checksums(buffer));
            crc32c = Checksums.combine(crc32c, Checksums.of(buffer), buffer.remaining());
            length += buffer.remaining();
        }
        buffer.clear().limit(limit);
    }
}
