package io.trivet.chunk;

import io.trivet.model.Checksums;
import io.trivet.model.ChunkId;
import io.trivet.model.FileId;
import io.trivet.model.Refusal;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A volume, byte by byte: a file of a disk that holds many small chunks. Numbers are big-endian.
 * Everything begins at a multiple of 64 bytes.
 *
 * <pre>
 *   the volume's header, 64 bytes
 *   offset  bytes
 *   0       8      magic: the letters "TrivetVo"
 *   8       4      format version: 1
 *   12      4      state: 0 open, 1 sealed
 *   16      8      volume id, chosen at random
 *   24      8      volume number: that of the file's name
 *   32      8      sealed: where the records end and the contents begin
 *   40      4      sealed: how many entries the contents have
 *   44      16     0
 *   60      4      CRC32C of the 60 bytes before
 *
 *   a record, from byte 64 on one after the other
 *   0       8      magic: the letters "TrivetRe"
 *   8       8      volume id
 *   16      4      position of the record in the volume / 64
 *   20      4      all records before this position / 64 were durable when this one was written
 *   24      4      file id: epoch
 *   28      8      file id: counter
 *   36      4      chunk number
 *   40      4      the chunk's slot
 *   44      4      L, the length of the chunk
 *   48      4      T, the length of its trailer
 *   52      4      1 present, 2 removed
 *   56      4      0
 *   60      4      CRC32C of the 60 bytes before
 *   64      L      the chunk's bytes
 *   64 + L  T      its trailer, as in a chunk's own file (see {@link ChunkFormat})
 *           0..63  zeros, up to a multiple of 64
 *
 *   the contents of a sealed volume, an entry of 32 bytes for each chunk, by position
 *   0       4      file id: epoch
 *   4       8      file id: counter
 *   12      4      chunk number
 *   16      4      the chunk's slot; bit 31 is set once the chunk is removed
 *   20      4      position / 64
 *   24      4      length of the record / 64
 *   28      4      CRC32C of the 28 bytes before and of the volume id
 * </pre>
 *
 * <p>Records alone are enough to find every chunk: the rest is there so that a start reads little.
 * Where a header is damaged, the next one is found at a multiple of 64. Volume id and position tell
 * it apart from the same bytes inside a chunk. A chunk is removed by one write of its header, within
 * one sector.
 */
final class VolumeFormat {
    static final int VERSION = 1;
    static final int UNIT = 64;
    static final int ENTRY_BYTES = 32;

    /** "TrivetVo" in ASCII. */
    static final long MAGIC = 0x547269766574_566fL;

    /** "TrivetRe" in ASCII. */
    static final long RECORD_MAGIC = 0x547269766574_5265L;

    private static final int COVERED = 60;
    private static final int PRESENT = 1;
    private static final int REMOVED = 2;
    private static final int REMOVED_BIT = 1 << 31;

    private VolumeFormat() {}

    /**
     * The header of a volume.
     *
     * @param end where the records of a sealed volume end; 0 in an open one
     * @param entries in the contents of a sealed volume
     */
    record VolumeHeader(long id, int number, boolean sealed, long end, int entries) {
        ByteBuffer encode() {
            ByteBuffer bytes = ByteBuffer.allocate(UNIT);
            bytes.putLong(MAGIC).putInt(VERSION).putInt(sealed ? 1 : 0);
            bytes.putLong(id).putLong(number).putLong(end).putInt(entries);
            return seal(bytes);
        }
    }

    /**
     * The header of a record.
     *
     * @param volume the volume's id
     * @param position in bytes
     * @param durable in bytes: what was before it in the volume was durable already
     * @param length of the chunk
     * @param trailer length of the trailer
     */
    record RecordHeader(
            long volume,
            long position,
            long durable,
            ChunkId chunk,
            Slot slot,
            int length,
            int trailer,
            boolean removed) {
        /** Bytes of the whole record, with its padding. */
        int bytes() {
            return recordBytes(length + trailer);
        }

        RecordHeader asRemoved() {
            return new RecordHeader(volume, position, durable, chunk, slot, length, trailer, true);
        }

        ByteBuffer encode() {
            ByteBuffer bytes = ByteBuffer.allocate(UNIT);
            put(bytes);
            return bytes.rewind();
        }

        /** Puts the header at the buffer's position, and moves that behind it. */
        void put(ByteBuffer into) {
            ByteBuffer bytes = into.slice(into.position(), UNIT);
            bytes.putLong(RECORD_MAGIC).putLong(volume);
            bytes.putInt((int) (position / UNIT)).putInt((int) (durable / UNIT));
            bytes.putInt(chunk.file().epoch()).putLong(chunk.file().counter()).putInt(chunk.number());
            bytes.putInt(slot.number()).putInt(length).putInt(trailer).putInt(removed ? REMOVED : PRESENT);
            seal(bytes);
            into.position(into.position() + UNIT);
        }
    }

    /** An entry of the contents. */
    record Entry(ChunkId chunk, Slot slot, boolean removed, long position, int bytes) {}

    /** Bytes of a record whose chunk and trailer have {@code content} bytes. */
    static int recordBytes(int content) {
        return UNIT * Math.ceilDiv(UNIT + content, UNIT);
    }

    private static ByteBuffer seal(ByteBuffer bytes) {
        return bytes.putInt(COVERED, Checksums.of(bytes.slice(0, COVERED))).rewind();
    }

    private static boolean isSealed(ByteBuffer bytes) {
        return bytes.remaining() == UNIT
                && bytes.getInt(bytes.position() + COVERED) == Checksums.of(bytes.slice(bytes.position(), COVERED));
    }

    /**
     * The volume's header; empty if it is damaged.
     *
     * @throws TrivetException ({@link Refusal.Kind#WRONG_VERSION}) for a sound one of a newer version
     */
    static Optional<VolumeHeader> volumeHeader(ByteBuffer bytes, int number, Path where) {
        if (!isSealed(bytes) || bytes.getLong(0) != MAGIC) {
            return Optional.empty();
        }
        if (bytes.getInt(8) > VERSION) {
            throw TrivetException.of(
                    Refusal.Kind.WRONG_VERSION,
                    where.toString(),
                    "the volume has format version " + bytes.getInt(8) + " and this release reads up to " + VERSION
                            + ": run the release that wrote it, or a newer one");
        }
        if (bytes.getLong(24) != number) {
            return Optional.empty();
        }
        return Optional.of(new VolumeHeader(
                bytes.getLong(16), number, bytes.getInt(12) == 1, bytes.getLong(32), bytes.getInt(40)));
    }

    /**
     * The header of a record that begins at this position of this volume; empty if none does.
     *
     * @param volume the volume's id; empty if it is unknown
     */
    static Optional<RecordHeader> recordHeader(ByteBuffer bytes, Optional<Long> volume, long position) {
        int at = bytes.position();
        if (bytes.remaining() != UNIT || bytes.getLong(at) != RECORD_MAGIC || !isSealed(bytes)) {
            return Optional.empty();
        }
        long id = bytes.getLong(at + 8);
        int kind = bytes.getInt(at + 52);
        if ((volume.isPresent() && volume.get() != id)
                || (long) UNIT * bytes.getInt(at + 16) != position
                || (kind != PRESENT && kind != REMOVED)) {
            return Optional.empty();
        }
        try {
            ChunkId chunk =
                    new ChunkId(new FileId(bytes.getInt(at + 24), bytes.getLong(at + 28)), bytes.getInt(at + 36));
            RecordHeader header = new RecordHeader(
                    id,
                    position,
                    (long) UNIT * bytes.getInt(at + 20),
                    chunk,
                    new Slot(bytes.getInt(at + 40)),
                    bytes.getInt(at + 44),
                    bytes.getInt(at + 48),
                    kind == REMOVED);
            return fits(header) ? Optional.of(header) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static boolean fits(RecordHeader header) {
        return header.length >= 0
                && header.trailer >= 0
                && (long) header.length + header.trailer <= RecordPlace.MAX_RECORD_BYTES - UNIT;
    }

    static ByteBuffer encode(Entry entry, long volume) {
        ByteBuffer bytes = ByteBuffer.allocate(ENTRY_BYTES + Long.BYTES);
        bytes.putInt(entry.chunk.file().epoch()).putLong(entry.chunk.file().counter());
        bytes.putInt(entry.chunk.number()).putInt(entry.slot.number() | (entry.removed ? REMOVED_BIT : 0));
        bytes.putInt((int) (entry.position / UNIT)).putInt(entry.bytes / UNIT);
        return bytes.putInt(entryCrc(bytes, volume)).flip();
    }

    /** The entry at the start of these 32 bytes; empty if they are damaged. */
    static Optional<Entry> entry(ByteBuffer bytes, long volume) {
        int crc = bytes.getInt(ENTRY_BYTES - Integer.BYTES);
        ByteBuffer copy = ByteBuffer.allocate(ENTRY_BYTES + Long.BYTES);
        copy.put(bytes.slice(0, ENTRY_BYTES - Integer.BYTES));
        if (crc != entryCrc(copy, volume)) {
            return Optional.empty();
        }
        try {
            int slot = bytes.getInt(16);
            return Optional.of(new Entry(
                    new ChunkId(new FileId(bytes.getInt(0), bytes.getLong(4)), bytes.getInt(12)),
                    new Slot(slot & ~REMOVED_BIT),
                    (slot & REMOVED_BIT) != 0,
                    (long) UNIT * bytes.getInt(20),
                    UNIT * bytes.getInt(24)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The buffer holds the 28 bytes, and has room behind them for the volume's id. */
    private static int entryCrc(ByteBuffer bytes, long volume) {
        int covered = ENTRY_BYTES - Integer.BYTES;
        ByteBuffer whole = ByteBuffer.allocate(covered + Long.BYTES);
        whole.put(bytes.slice(0, covered)).putLong(volume);
        return Checksums.of(whole.flip());
    }

    /** Fills the buffer from this position of the file; shorter at its end. */
    static ByteBuffer read(DiskFiles.OpenFile file, long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining() && file.read(bytes, position + bytes.position()) >= 0) {}
        return bytes.flip();
    }
}
