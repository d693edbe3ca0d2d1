package io.trivet.chunk;

import io.trivet.model.Checksums;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.FileId;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Sha256;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;

/**
 * The file of one chunk, byte by byte. Numbers are big-endian; L is the chunk's length, B = ceil(L
 * / 65536) its blocks, P the length of its path.
 *
 * <pre>
 *   offset        bytes
 *   0             L      the chunk's bytes exactly as they are: the files of a whole can be joined with cat and cut to size
 *                        ---- trailer, T bytes ----
 *   L             4 B    CRC32C of each block of 65536 bytes, the last of which may be shorter
 *   L + 4B        16     cluster (UUID)
 *        + 16     4      file id: epoch, from 1
 *        + 20     8      file id: counter, from 1
 *        + 28     4      chunk number, from 1
 *        + 32     4      flags: bit 0 is set in the last chunk of a file; the others are 0
 *        + 36     4      chunk size of the file
 *        + 40     4      L
 *        + 44     4      slot of the file's first chunk
 *        + 48     4      CRC32C of the L bytes
 *        + 52     S      SHA-256 of the L bytes: S = 32; in version 1, which has none, S = 0
 *        + 52 + S 4      P
 *        + 56 + S P      path at save time, UTF-8
 *                        ---- tail: the last 20 bytes, the same in every version ----
 *   end  - 20     4      T, from offset L to the end: 4B + 56 + S + P + 20
 *        - 16     4      format version: 2, or 1 where the SHA-256 is not known
 *        - 12     4      CRC32C of the trailer up to here, that is of its first T - 12 bytes
 *        -  8     8      magic: the letters "TrivetCh"
 * </pre>
 *
 * <p>A reader starts at the end. The magic comes last, so that a file cut short anywhere has none;
 * the CRC covers version and length, so that a changed bit in the version is damage and not a newer
 * format; T is there so that a reader finds the chunk's bytes whatever a later version adds. No
 * version has a trailer above {@link #MAX_TRAILER_BYTES}.
 */
public final class ChunkFormat {
    public static final int VERSION = 2;

    /** Written by earlier releases, without SHA-256. */
    static final int VERSION_WITHOUT_SHA256 = 1;

    public static final int MAX_TRAILER_BYTES = 1 << 20;

    /** "TrivetCh" in ASCII. */
    static final long MAGIC = 0x547269766574_4368L;

    static final int FIXED_BYTES = 56;
    static final int TAIL_BYTES = 20;

    /** CRC and magic: what the trailer's CRC does not cover. */
    static final int UNCOVERED_BYTES = 12;

    private static final int LAST = 1;

    private ChunkFormat() {}

    /** Bytes of this trailer: about 4 for every 64 KiB of the chunk, plus the path. */
    public static int trailerBytes(ChunkTrailer trailer) {
        return Integer.BYTES * trailer.header().blocks()
                + FIXED_BYTES
                + (trailer.sha256() == null ? 0 : Sha256.BYTES)
                + utf8(trailer.header().path()).length
                + TAIL_BYTES;
    }

    /** Bytes of the trailer of a chunk that arrives, with the SHA-256 that comes at its end. */
    static int trailerBytes(ChunkHeader header) {
        return Integer.BYTES * header.blocks() + FIXED_BYTES + Sha256.BYTES + utf8(header.path()).length + TAIL_BYTES;
    }

    /** The most bytes that a chunk of this length takes on a disk. */
    static long mostBytes(int length) {
        long blocks = Math.ceilDiv((long) length, ChunkSize.BLOCK_BYTES);
        return length + Integer.BYTES * blocks + FIXED_BYTES + Sha256.BYTES + RemotePath.MAX_PATH + TAIL_BYTES;
    }

    /**
     * The trailer in the form in which it follows the chunk's bytes: from position 0 to the limit.
     */
    public static ByteBuffer encode(ChunkTrailer trailer) {
        ChunkHeader header = trailer.header();
        ByteBuffer bytes = ByteBuffer.allocate(trailerBytes(trailer));
        for (int i = 0; i < trailer.blocks().count(); i++) {
            bytes.putInt(trailer.blocks().at(i));
        }
        UUID cluster = trailer.cluster().value();
        bytes.putLong(cluster.getMostSignificantBits()).putLong(cluster.getLeastSignificantBits());
        FileId file = header.chunk().file();
        bytes.putInt(file.epoch()).putLong(file.counter());
        bytes.putInt(header.chunk().number()).putInt(header.last() ? LAST : 0);
        bytes.putInt(header.chunkSize().bytes()).putInt(header.length());
        bytes.putInt(header.first().number()).putInt(trailer.crc32c());
        Sha256 sha256 = trailer.sha256();
        if (sha256 != null) {
            sha256.put(bytes);
        }
        byte[] path = utf8(header.path());
        bytes.putInt(path.length).put(path);
        return seal(bytes, sha256 == null ? VERSION_WITHOUT_SHA256 : VERSION);
    }

    /**
     * Reads and verifies the trailer of a chunk's file, without the chunk's bytes.
     *
     * @param name the file's name in errors
     * @throws CorruptChunkException if the file is cut short or changed
     * @throws TrivetException ({@link Refusal.Kind#WRONG_VERSION}) if it is sound, but of a version
     *     this release does not know
     */
    public static ChunkTrailer read(DiskFiles.OpenFile file, Path name) throws IOException {
        long size = file.size();
        ByteBuffer bytes = readTrailer(file, name, size);
        long start = size - bytes.limit();
        boolean strong = version(bytes, name) > VERSION_WITHOUT_SHA256;
        try {
            return decode(bytes, start, strong);
        } catch (IllegalArgumentException | TrivetException | CharacterCodingException e) {
            CorruptChunkException corrupt = new CorruptChunkException(name, start, "a trailer", e.getMessage() + "");
            corrupt.initCause(e);
            throw corrupt;
        }
    }

    private static ByteBuffer seal(ByteBuffer bytes, int version) {
        bytes.putInt(bytes.capacity()).putInt(version);
        bytes.putInt(Checksums.of(bytes.duplicate().flip()));
        return bytes.putLong(MAGIC).flip();
    }

    /** The whole trailer, with magic, length and CRC verified. */
    private static ByteBuffer readTrailer(DiskFiles.OpenFile file, Path name, long size) throws IOException {
        if (size < FIXED_BYTES + TAIL_BYTES) {
            throw new CorruptChunkException(name, size, "a chunk with its trailer", "the end of the file");
        }
        ByteBuffer tail = readFully(file, name, size - TAIL_BYTES, TAIL_BYTES);
        if (tail.getLong(TAIL_BYTES - Long.BYTES) != MAGIC) {
            throw new CorruptChunkException(
                    name, size - Long.BYTES, "a trailer's end", "other bytes: the file was cut short or changed");
        }
        int length = tail.getInt(0);
        if (length < FIXED_BYTES + TAIL_BYTES || length > Math.min(size, MAX_TRAILER_BYTES)) {
            throw new CorruptChunkException(name, size - TAIL_BYTES, "a trailer's length", length + "");
        }
        ByteBuffer trailer = readFully(file, name, size - length, length);
        int expected = trailer.getInt(length - UNCOVERED_BYTES);
        int found = Checksums.of(trailer.slice(0, length - UNCOVERED_BYTES));
        if (found != expected) {
            throw new CorruptChunkException(
                    name, size - length, "a trailer with crc32c " + Checksums.text(expected), Checksums.text(found));
        }
        return trailer;
    }

    private static int version(ByteBuffer trailer, Path name) throws CorruptChunkException {
        int version = trailer.getInt(trailer.limit() - 16);
        if (version < 1) {
            throw new CorruptChunkException(name, trailer.limit() - 16L, "a format version", version + "");
        }
        if (version > VERSION) {
            throw TrivetException.of(
                    Refusal.Kind.WRONG_VERSION,
                    name.toString(),
                    "the chunk has format version " + version + " and this release reads up to " + VERSION
                            + ": run the release that wrote it, or a newer one");
        }
        return version;
    }

    /**
     * Decodes a sound trailer; {@code length} is the length of the chunk's bytes by the file's
     * size.
     */
    private static ChunkTrailer decode(ByteBuffer bytes, long length, boolean strong) throws CharacterCodingException {
        require(length <= ChunkSize.MAX, length + " bytes, more than a chunk has");
        int fixed = Integer.BYTES * Math.ceilDiv((int) length, ChunkSize.BLOCK_BYTES);
        int pathBytes = bytes.limit() - TAIL_BYTES - FIXED_BYTES - (strong ? Sha256.BYTES : 0) - fixed;
        require(pathBytes >= 0, "no room for the checksums of " + length + " bytes");
        int[] crcs = new int[fixed / Integer.BYTES];
        bytes.asIntBuffer().get(crcs);
        bytes.position(fixed);
        ClusterId cluster = new ClusterId(new UUID(bytes.getLong(), bytes.getLong()));
        ChunkId chunk = new ChunkId(new FileId(bytes.getInt(), bytes.getLong()), bytes.getInt());
        int flags = bytes.getInt();
        require((flags & ~LAST) == 0, "unknown flags " + Integer.toHexString(flags));
        ChunkSize chunkSize = new ChunkSize(bytes.getInt());
        int written = bytes.getInt();
        require(written == length, "a length of " + written + " behind " + length + " bytes");
        Slot first = new Slot(bytes.getInt());
        int crc32c = bytes.getInt();
        Sha256 sha256 = strong ? Sha256.read(bytes) : null;
        require(bytes.getInt() == pathBytes, "a path that does not fill its place");
        RemotePath path = path(bytes.slice(bytes.position(), pathBytes));
        ChunkHeader header = new ChunkHeader(chunk, first, chunkSize, written, flags == LAST, path);
        return new ChunkTrailer(cluster, header, crc32c, sha256, BlockChecksums.of(crcs));
    }

    private static void require(boolean sound, String otherwise) {
        if (!sound) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    private static RemotePath path(ByteBuffer bytes) throws CharacterCodingException {
        return RemotePath.parse(
                StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
    }

    private static ByteBuffer readFully(DiskFiles.OpenFile file, Path name, long offset, int length)
            throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (file.read(bytes, offset + bytes.position()) < 0) {
                throw new CorruptChunkException(name, offset, length + " bytes", "the end of the file");
            }
        }
        return bytes.flip();
    }

    private static byte[] utf8(RemotePath path) {
        return path.toString().getBytes(StandardCharsets.UTF_8);
    }
}
