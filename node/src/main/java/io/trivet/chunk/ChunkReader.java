package io.trivet.chunk;

import io.trivet.model.Checksums;
import io.trivet.model.ChunkSize;
import io.trivet.model.Refusal;
import io.trivet.model.Sha256;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A replica open for reading. It stays readable if it is quarantined or removed. Any number of
 * threads may read; the opener closes it.
 */
public final class ChunkReader implements AutoCloseable {
    private static final int VERIFY_PIECE = 1 << 20;

    private final Disk disk;
    private final Path path;
    private final DiskFiles.OpenFile file;
    private final ChunkTrailer trailer;

    ChunkReader(Disk disk, Path path, DiskFiles.OpenFile file, ChunkTrailer trailer) {
        this.disk = disk;
        this.path = path;
        this.file = file;
        this.trailer = trailer;
    }

    public ChunkTrailer trailer() {
        return trailer;
    }

    /** Bytes in the chunk. */
    public int length() {
        return trailer.header().length();
    }

    /**
     * The stored checksums of the blocks between two bytes of the chunk.
     *
     * @param offset a multiple of 64 KiB
     * @param length bytes; ends at the end of a block or of the chunk
     */
    public int[] blockCrcs(int offset, int length) {
        checkBlocks(offset, length);
        return trailer.blocks()
                .range(offset / ChunkSize.BLOCK_BYTES, Math.ceilDiv(offset + length, ChunkSize.BLOCK_BYTES));
    }

    /**
     * Fills the buffer from byte {@code offset} of the chunk on, as far as the chunk goes. The
     * bytes are not verified: the caller compares them with {@link #blockCrcs}.
     *
     * @return how many bytes were read
     * @throws TrivetException {@code CORRUPT} if the file has become shorter, {@code DISK_FAILED}
     *     if it cannot be read
     */
    public int read(int offset, ByteBuffer into) {
        try {
            return readFully(offset, into);
        } catch (CorruptChunkException e) {
            throw corrupt(e);
        } catch (IOException e) {
            throw disk.failed(trailer.header().chunk(), e);
        }
    }

    /**
     * Like {@link #read}, for whole blocks, and verifies every block: {@code CORRUPT} if one is not
     * what was stored.
     */
    public int readBlocks(int offset, ByteBuffer into) {
        try {
            return readVerified(offset, into);
        } catch (CorruptChunkException e) {
            throw corrupt(e);
        } catch (IOException e) {
            throw disk.failed(trailer.header().chunk(), e);
        }
    }

    int readVerified(int offset, ByteBuffer into) throws IOException {
        int start = into.position();
        int length = Math.min(into.remaining(), length() - offset);
        int[] expected = blockCrcs(offset, length);
        int read = readFully(offset, into);
        for (int i = 0; i < expected.length; i++) {
            int at = i * ChunkSize.BLOCK_BYTES;
            int found = Checksums.of(into.slice(start + at, Math.min(ChunkSize.BLOCK_BYTES, length - at)));
            if (found != expected[i]) {
                throw new CorruptChunkException(
                        path,
                        (long) offset + at,
                        "a block with crc32c " + Checksums.text(expected[i]),
                        Checksums.text(found));
            }
        }
        return read;
    }

    /**
     * Reads the whole chunk and verifies every block, and the whole by its SHA-256 if the trailer
     * has one. Returns the computed SHA-256.
     */
    Sha256 verify() throws IOException {
        int piece = Math.min(VERIFY_PIECE, Math.max(length(), 1));
        Sha256.Hasher hasher = new Sha256.Hasher();
        try (Arena arena = Arena.ofConfined()) {
            ByteBuffer buffer = arena.allocate(piece).asByteBuffer();
            for (int offset = 0; offset < length(); offset += piece) {
                readVerified(offset, buffer.clear());
                hasher.update(buffer.flip());
            }
        }
        Sha256 found = hasher.finish();
        requireSame(found);
        return found;
    }

    /** Detects other bytes with the same CRC32C in every block: a deliberate change. */
    private void requireSame(Sha256 found) throws CorruptChunkException {
        if (!Sha256.agree(trailer.sha256(), found)) {
            throw new CorruptChunkException(path, 0, "a chunk with sha256 " + trailer.sha256(), found.toString());
        }
    }

    /**
     * Throws {@code CORRUPT} unless this is the SHA-256 in the trailer; for a caller that computed
     * it over all bytes.
     */
    public void requireContent(Sha256 found) {
        try {
            requireSame(found);
        } catch (CorruptChunkException e) {
            throw corrupt(e);
        }
    }

    private int readFully(int offset, ByteBuffer into) throws IOException {
        if (offset < 0 || offset > length()) {
            throw new IllegalArgumentException(path + " has no byte " + offset);
        }
        int limit = into.limit();
        int length = Math.min(into.remaining(), length() - offset);
        int start = into.position();
        into.limit(start + length);
        try {
            while (into.hasRemaining()) {
                if (file.read(into, (long) offset + into.position() - start) < 0) {
                    throw new CorruptChunkException(path, offset, length + " bytes", "the end of the file");
                }
            }
        } finally {
            into.limit(limit);
        }
        return length;
    }

    private void checkBlocks(int offset, int length) {
        boolean ends = length % ChunkSize.BLOCK_BYTES == 0 || offset + length == length();
        if (offset < 0 || length < 0 || offset % ChunkSize.BLOCK_BYTES != 0 || length > length() - offset || !ends) {
            throw new IllegalArgumentException(
                    path + ": " + length + " bytes from " + offset + " on are not whole blocks");
        }
    }

    private TrivetException corrupt(CorruptChunkException e) {
        return new TrivetException(
                new Refusal(Refusal.Kind.CORRUPT, trailer.header().chunk().toString(), String.valueOf(e.getMessage())),
                e);
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            disk.suspect(e);
        }
    }
}
