package io.trivet.client;

import io.trivet.model.ChunkSize;
import io.trivet.model.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The SHA-256 of a local file, for comparison with the one in a record. */
public final class LocalHash {
    private static final int PIECE = 1 << 20;

    private LocalHash() {}

    public static Sha256 of(Path file, ChunkSize chunkSize) throws IOException {
        RunningSums sums = new RunningSums(chunkSize);
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (channel.read(piece.clear()) >= 0) {
                sums.append(piece.flip());
            }
        }
        return sums.finish().sha256();
    }
}
