package io.trivet.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.chunk.VolumeFormat.Entry;
import io.trivet.chunk.VolumeFormat.RecordHeader;
import io.trivet.chunk.VolumeFormat.VolumeHeader;
import io.trivet.model.Checksums;
import io.trivet.model.ChunkId;
import io.trivet.model.FileId;
import io.trivet.model.Refusal;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The bytes of a volume, as another program made them. */
class VolumeFormatTest {
    private static final long ID = 0x0102030405060708L;
    private static final Path WHERE = Path.of("volume");
    private static final ChunkId CHUNK = new ChunkId(new FileId(1, 42), 7);
    private static final Slot SLOT = new Slot(5);
    private static final RecordHeader RECORD = new RecordHeader(ID, 128, 64, CHUNK, SLOT, 1000, 124, false);
    private static final Entry ENTRY = new Entry(CHUNK, SLOT, false, 128, 1216);

    private static final String OPEN = "547269766574566f000000010000000001020304050607080000000000000007"
            + "0000000000000000000000000000000000000000000000000000000018bda7eb";
    private static final String SEALED = "547269766574566f000000010000000101020304050607080000000000000007"
            + "000000000000100000000003000000000000000000000000000000004503a1ce";
    private static final String PRESENT = "5472697665745265010203040506070800000002000000010000000100000000"
            + "0000002a0000000700000005000003e80000007c0000000100000000cd3e9a8a";
    private static final String REMOVED = "5472697665745265010203040506070800000002000000010000000100000000"
            + "0000002a0000000700000005000003e80000007c0000000200000000850d2a7e";
    private static final String LISTED = "00000001000000000000002a000000070000000500000002000000139df5862d";
    private static final String UNLISTED = "00000001000000000000002a00000007800000050000000200000013439e1b26";

    private static String hex(ByteBuffer bytes) {
        byte[] all = new byte[bytes.remaining()];
        bytes.get(all);
        return HexFormat.of().formatHex(all);
    }

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    }

    @Test
    void theHeaderOfAVolumeIsAsEver() {
        VolumeHeader open = new VolumeHeader(ID, 7, false, 0, 0);
        VolumeHeader sealed = new VolumeHeader(ID, 7, true, 4096, 3);
        assertThat(hex(open.encode())).isEqualTo(OPEN);
        assertThat(hex(sealed.encode())).isEqualTo(SEALED);
        assertThat(VolumeFormat.volumeHeader(bytes(OPEN), 7, WHERE)).contains(open);
        assertThat(VolumeFormat.volumeHeader(bytes(SEALED), 7, WHERE)).contains(sealed);
        assertThat(VolumeFormat.volumeHeader(bytes(OPEN), 8, WHERE)).isEmpty();
    }

    @Test
    void theHeaderOfARecordIsAsEver() {
        assertThat(hex(RECORD.encode())).isEqualTo(PRESENT);
        assertThat(hex(RECORD.asRemoved().encode())).isEqualTo(REMOVED);
        assertThat(RECORD.bytes()).isEqualTo(1216);
        assertThat(VolumeFormat.recordHeader(bytes(PRESENT), Optional.of(ID), 128))
                .contains(RECORD);
        assertThat(VolumeFormat.recordHeader(bytes(REMOVED), Optional.empty(), 128))
                .contains(RECORD.asRemoved());
        assertThat(VolumeFormat.recordHeader(bytes(PRESENT), Optional.of(ID), 192))
                .isEmpty();
        assertThat(VolumeFormat.recordHeader(bytes(PRESENT), Optional.of(ID + 1), 128))
                .isEmpty();
    }

    @Test
    void anEntryOfTheContentsIsAsEver() {
        Entry removed = new Entry(CHUNK, SLOT, true, 128, 1216);
        assertThat(hex(VolumeFormat.encode(ENTRY, ID))).isEqualTo(LISTED);
        assertThat(hex(VolumeFormat.encode(removed, ID))).isEqualTo(UNLISTED);
        assertThat(VolumeFormat.entry(bytes(LISTED), ID)).contains(ENTRY);
        assertThat(VolumeFormat.entry(bytes(UNLISTED), ID)).contains(removed);
        assertThat(VolumeFormat.entry(bytes(LISTED), ID + 1)).isEmpty();
    }

    @Test
    void noFlippedBitIsOverlooked() {
        for (int bit = 0; bit < 64 * 8; bit++) {
            assertThat(VolumeFormat.volumeHeader(flipped(SEALED, bit), 7, WHERE))
                    .isEmpty();
            assertThat(VolumeFormat.recordHeader(flipped(PRESENT, bit), Optional.empty(), 128))
                    .isEmpty();
        }
        for (int bit = 0; bit < 32 * 8; bit++) {
            assertThat(VolumeFormat.entry(flipped(LISTED, bit), ID)).isEmpty();
        }
    }

    private static ByteBuffer flipped(String hex, int bit) {
        ByteBuffer bytes = bytes(hex);
        return bytes.put(bit / 8, (byte) (bytes.get(bit / 8) ^ 1 << bit % 8));
    }

    @Test
    void aNewerVersionIsRefused() {
        ByteBuffer newer = bytes(OPEN).putInt(8, 2);
        newer.putInt(60, Checksums.of(newer.slice(0, 60)));
        assertThatThrownBy(() -> VolumeFormat.volumeHeader(newer, 7, WHERE))
                .isInstanceOfSatisfying(
                        TrivetException.class, e -> assertThat(e.kind()).isEqualTo(Refusal.Kind.WRONG_VERSION));
    }
}
