package io.trivet.client;

import io.trivet.model.ChunkSize;
import io.trivet.model.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The checksums of a local file, for comparison with those in a record. */
public final class LocalHash {
    private static final int PIECE = 1 << 20;

    private LocalHash() {}

    /**
     * A file that was read to its end.
     *
     * @param size bytes that were read
     * @param sums as a record of a file with these bytes and this chunk size has them
     */
    public record Summed(long size, ContentSums sums) {}

    public static Sha256 of(Path file, ChunkSize chunkSize) throws IOException {
        return sums(file, chunkSize).sums().sha256();
    }

    public static Summed sums(Path file, ChunkSize chunkSize) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return sums(channel, chunkSize);
        }
    }

    /** Of all bytes up to the end of the stream, which stays open. */
    public static Summed sums(InputStream stream, ChunkSize chunkSize) throws IOException {
        return sums(Channels.newChannel(stream), chunkSize);
    }

    private static Summed sums(ReadableByteChannel channel, ChunkSize chunkSize) throws IOException {
        RunningSums sums = new RunningSums(chunkSize);
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
        long size = 0;
        while (channel.read(piece.clear()) >= 0) {
            size += piece.position();
            sums.append(piece.flip());
        }
        return new Summed(size, sums.finish());
    }
}
