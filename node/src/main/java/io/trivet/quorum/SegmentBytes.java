package io.trivet.quorum;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedInputStream;

/**
 * The bytes of one segment of the log, as Ratis 3.3 writes it: eight bytes of header, then the
 * entries, then the zeros of preallocated space. An entry is its length as a varint, a {@code
 * LogEntryProto}, and the CRC-32C of both, big-endian.
 */
final class SegmentBytes {
    static final int HEADER_BYTES = 8;

    /** A disk writes this many bytes atomically. */
    static final int SECTOR_BYTES = 512;

    private static final byte[] HEADER = "RaftLog1".getBytes(StandardCharsets.US_ASCII);
    private static final int CHECKSUM_BYTES = Integer.BYTES;
    private static final int MAX_ENTRY_BYTES = 1 << 20;
    private static final int VARINT_BITS = 7;
    private static final int VARINT_MAX_BYTES = 3;

    /**
     * The tag with which each entry begins after its length: that of the term, which is never 0.
     * The index follows, but is left out if it is 0.
     */
    private static final int TERM_TAG = 0x08;

    private final byte[] bytes;

    /** An entry with a valid checksum, and the offset at which it ends. */
    record Entry(long term, long index, int end) {}

    /**
     * The stated length of an entry: {@code varint} bytes of length, then {@code payload} bytes.
     */
    private record Length(int varint, int payload) {
        int total() {
            return varint + payload + CHECKSUM_BYTES;
        }

        boolean isAllowed() {
            return payload > 0 && payload <= MAX_ENTRY_BYTES;
        }
    }

    SegmentBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    int size() {
        return bytes.length;
    }

    boolean hasHeader() {
        return bytes.length >= HEADER_BYTES && Arrays.equals(HEADER, 0, HEADER_BYTES, bytes, 0, HEADER_BYTES);
    }

    /** Whether there is only the beginning of a header. */
    boolean isCutInHeader() {
        int end = endOfData();
        return end < HEADER_BYTES && Arrays.equals(HEADER, 0, end, bytes, 0, end);
    }

    /** The entry that begins here, if it is complete and valid. */
    Optional<Entry> entryAt(int position) {
        Optional<Length> length = lengthAt(position).filter(Length::isAllowed);
        if (length.isEmpty() || (long) position + length.get().total() > bytes.length) {
            return Optional.empty();
        }
        int checksumAt = position + length.get().total() - CHECKSUM_BYTES;
        int payloadAt = position + length.get().varint();
        if ((bytes[payloadAt] & 0xff) != TERM_TAG || checksum(position, checksumAt) != intAt(checksumAt)) {
            return Optional.empty();
        }
        try {
            CodedInputStream payload =
                    CodedInputStream.newInstance(bytes, payloadAt, length.get().payload());
            LogEntryProto entry = LogEntryProto.parseFrom(payload);
            return Optional.of(new Entry(
                    entry.getTerm(), entry.getIndex(), position + length.get().total()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The offset of the first valid entry from {@code position} on with at least this index. */
    OptionalInt firstEntryFrom(int position, long index) {
        return IntStream.range(position, endOfData(position))
                .filter(at ->
                        entryAt(at).filter(entry -> entry.index() >= index).isPresent())
                .findFirst();
    }

    /**
     * Whether the invalid entry that begins here reached the disk only in part: one of its sectors
     * is missing, which reads as zeros or is beyond the end of the file. An entry that was complete
     * once and decayed has bytes in all its sectors.
     */
    boolean isTorn(int position, OptionalInt next) {
        if (bytes[position] == 0) {
            return isZero(position, endOfSector(position));
        }
        Optional<Length> length = lengthAt(position);
        if (length.isEmpty()) {
            return position + VARINT_MAX_BYTES > bytes.length;
        }
        long end = (long) position + length.get().total();
        return length.get().isAllowed()
                && (end > bytes.length || lacksSector(position, (int) end))
                && !isWholeButForLength(position, next);
    }

    private boolean lacksSector(int from, int to) {
        for (int at = from; at < to; at = endOfSector(at)) {
            if (isZero(at, Math.min(to, endOfSector(at)))) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether an entry is complete except for a wrong length: its checksum is valid with its real
     * length. It ends where the next one begins, or at the end of the data, since the last bytes of
     * a checksum may be zero.
     */
    private boolean isWholeButForLength(int position, OptionalInt next) {
        int data = endOfData(position);
        IntStream ends = next.isPresent()
                ? IntStream.of(next.getAsInt())
                : IntStream.range(data, Math.min(bytes.length + 1, data + CHECKSUM_BYTES));
        return ends.anyMatch(end -> isWholeUpTo(position, end));
    }

    private boolean isWholeUpTo(int position, int end) {
        for (int varint = 1; varint <= VARINT_MAX_BYTES; varint++) {
            int payload = end - position - varint - CHECKSUM_BYTES;
            if (payload > 0 && isWholeAs(position, varint, payload)) {
                return true;
            }
        }
        return false;
    }

    private boolean isWholeAs(int position, int varint, int payload) {
        CRC32C checksum = new CRC32C();
        int left = payload;
        for (int i = 1; i <= varint; i++, left >>>= VARINT_BITS) {
            checksum.update((left & 0x7f) | (i < varint ? 0x80 : 0));
        }
        checksum.update(bytes, position + varint, payload);
        return left == 0 && (int) checksum.getValue() == intAt(position + varint + payload);
    }

    /** Empty if the length does not end within its limit or the file. */
    private Optional<Length> lengthAt(int position) {
        int value = 0;
        for (int i = 0; i < VARINT_MAX_BYTES && position + i < bytes.length; i++) {
            byte next = bytes[position + i];
            value |= (next & 0x7f) << (i * VARINT_BITS);
            if (next >= 0) {
                return Optional.of(new Length(i + 1, value));
            }
        }
        return Optional.empty();
    }

    private int checksum(int from, int to) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, from, to - from);
        return (int) checksum.getValue();
    }

    private int intAt(int position) {
        return ByteBuffer.wrap(bytes).getInt(position);
    }

    private int endOfSector(int position) {
        return Math.min(bytes.length, (position / SECTOR_BYTES + 1) * SECTOR_BYTES);
    }

    /** The end of the last byte that is not zero. */
    int endOfData() {
        return endOfData(0);
    }

    private int endOfData(int from) {
        int end = bytes.length;
        while (end > from && bytes[end - 1] == 0) {
            end--;
        }
        return end;
    }

    boolean isZero(int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }
}
