package io.trivet.wire;

import io.trivet.model.Checksums;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.Arrays;

/** Receives a file of any length as pieces, up to its explicit end, and verifies every block. */
public final class ReceivedFile {
    private static final Duration PIECE_LIMIT = Duration.ofSeconds(30);

    private ReceivedFile() {}

    /**
     * Appends to the channel and returns the number of bytes. Not durable on return. Throws {@link
     * IOException} if something is damaged or missing.
     */
    public static long into(Connection connection, FileChannel out) throws IOException {
        ByteBuffer piece = ByteBuffer.allocateDirect(Connection.PIECE_BYTES);
        long length = 0;
        int sum = 0;
        while (true) {
            connection.timeout(PIECE_LIMIT);
            switch (connection.receivePiece(piece)) {
                case DataFrame.Bytes(int[] expected) -> {
                    if (!Arrays.equals(BlockSums.checksums(piece), expected)) {
                        throw new IOException("it was damaged on the way, after " + length + " bytes");
                    }
                    sum = Checksums.combine(sum, Checksums.of(piece), piece.remaining());
                    length += piece.remaining();
                    while (piece.hasRemaining()) {
                        out.write(piece);
                    }
                }
                case DataFrame.End(int sentLength, int sentSum, var ignored) -> {
                    if (sentLength != (int) length || sentSum != sum) {
                        throw new IOException("it arrived cut short, after " + length + " bytes");
                    }
                    return length;
                }
            }
        }
    }
}
