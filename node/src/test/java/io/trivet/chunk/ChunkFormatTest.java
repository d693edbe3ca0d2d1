package io.trivet.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.Checksums;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import io.trivet.model.FileId;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Sha256;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class ChunkFormatTest {
    private static final Path FILE = Path.of("/disk/chunks/0005/00000001-000000000000002a.part0007");
    private static final byte[] DATA = "a trivet stands\n".getBytes(StandardCharsets.UTF_8);
    private static final ChunkHeader HEADER = new ChunkHeader(
            new ChunkId(new FileId(1, 42), 7),
            new Slot(2519),
            ChunkSize.DEFAULT,
            DATA.length,
            true,
            RemotePath.parse("/数据/a b.csv"));
    private static final ChunkTrailer TRAILER = new ChunkTrailer(
            TestChunks.CLUSTER, HEADER, Checksums.of(DATA), Sha256.of(DATA), BlockChecksums.of(Checksums.of(DATA)));
    private static final ChunkTrailer EARLIER =
            new ChunkTrailer(TestChunks.CLUSTER, HEADER, Checksums.of(DATA), BlockChecksums.of(Checksums.of(DATA)));

    @Test
    void writesTheGoldenFile() throws IOException {
        assertThat(HexFormat.of().formatHex(file(DATA, TRAILER)))
                .isEqualTo(HexFormat.of().formatHex(golden()));
        assertThat(HexFormat.of().formatHex(file(DATA, EARLIER)))
                .isEqualTo(HexFormat.of().formatHex(golden(1)));
    }

    @Test
    void readsTheGoldenFile() throws IOException {
        ChunkTrailer read = read(golden());

        assertThat(read).isEqualTo(TRAILER);
        assertThat(read.header().slot()).isEqualTo(new Slot(5));
    }

    /** A file of an earlier release has no SHA-256, and is readable. */
    @Test
    void readsTheGoldenFileOfVersionOne() throws IOException {
        assertThat(read(golden(1))).isEqualTo(EARLIER);
        assertThat(read(golden(1)).stored().sha256()).isNull();
    }

    @Test
    void fileCutShortAnywhereIsCorrupt() throws IOException {
        byte[] golden = golden();

        for (int length = 0; length < golden.length; length++) {
            byte[] cut = Arrays.copyOf(golden, length);
            assertThatThrownBy(() -> read(cut)).as("cut to %d bytes", length).isInstanceOf(CorruptChunkException.class);
        }
    }

    @Test
    void anyChangedBitOfTheTrailerIsCorruptAndNeverANewerVersion() throws IOException {
        for (int bit = DATA.length * 8; bit < golden().length * 8; bit++) {
            byte[] changed = golden();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> read(changed)).as("bit %d", bit).isInstanceOf(CorruptChunkException.class);
        }
    }

    @Test
    void bytesAddedOrTakenBeforeTheTrailerAreCorrupt() throws IOException {
        byte[] golden = golden();
        byte[] longer = new byte[golden.length + 1];
        System.arraycopy(golden, 0, longer, 1, golden.length);

        assertThatThrownBy(() -> read(longer))
                .isInstanceOf(CorruptChunkException.class)
                .hasMessageContaining("a length of 16 behind 17 bytes");
        assertThatThrownBy(() -> read(Arrays.copyOfRange(golden, 1, golden.length)))
                .isInstanceOf(CorruptChunkException.class);
    }

    @Test
    void newerVersionIsRefusedInPlainWords() throws IOException {
        byte[] newer = golden();
        ByteBuffer.wrap(newer).putInt(newer.length - 16, 3);
        reseal(newer);

        assertThatThrownBy(() -> read(newer))
                .isInstanceOfSatisfying(
                        TrivetException.class, e -> assertThat(e.kind()).isEqualTo(Refusal.Kind.WRONG_VERSION))
                .hasMessageContaining("format version 3 and this release reads up to 2")
                .hasMessageContaining(FILE.toString());
    }

    @Test
    void soundTrailerThatContradictsItselfIsCorrupt() throws IOException {
        int flags = DATA.length + 4 + 32;
        byte[] changed = golden();
        ByteBuffer.wrap(changed).putInt(flags, 3);
        reseal(changed);

        assertThatThrownBy(() -> read(changed))
                .isInstanceOf(CorruptChunkException.class)
                .hasMessageContaining("unknown flags 3");
    }

    @Test
    void errorNamesFileOffsetExpectedAndFound() throws IOException {
        byte[] changed = golden();
        changed[DATA.length] ^= 1;

        assertThatThrownBy(() -> read(changed))
                .hasMessageMatching(
                        ".*part0007 at byte 16: expected a trailer with crc32c [0-9a-f]{8}, found [0-9a-f]{8}");
    }

    @Property(tries = 50)
    void everyTrailerComesBack(
            @ForAll @IntRange(max = 20 * ChunkSize.BLOCK_BYTES) int length,
            @ForAll @LongRange(min = 1) long counter,
            @ForAll @IntRange(max = Slot.COUNT - 1) int first)
            throws IOException {
        byte[] data = TestChunks.content(counter, length);
        ChunkHeader header = new ChunkHeader(
                new ChunkId(new FileId(3, counter), 1),
                new Slot(first),
                ChunkSize.DEFAULT,
                length,
                true,
                RemotePath.parse("/" + counter));
        ChunkTrailer trailer = new ChunkTrailer(
                TestChunks.CLUSTER,
                header,
                Checksums.of(data),
                Sha256.of(data),
                BlockChecksums.of(TestChunks.crcs(data, 0, length)));

        assertThat(read(file(data, trailer))).isEqualTo(trailer);
        assertThat(ChunkFormat.encode(trailer).remaining()).isEqualTo(ChunkFormat.trailerBytes(header));
    }

    @Test
    void trailerOfTheLargestChunkKeepsToItsBound() {
        ChunkHeader largest = new ChunkHeader(
                new ChunkId(new FileId(1, 1), 1),
                new Slot(0),
                new ChunkSize(ChunkSize.MAX),
                ChunkSize.MAX,
                true,
                RemotePath.parse(("/" + "x".repeat(255)).repeat(16)));

        assertThat(ChunkFormat.trailerBytes(largest)).isLessThan(ChunkFormat.MAX_TRAILER_BYTES);
    }

    private static void reseal(byte[] file) {
        int trailer = ByteBuffer.wrap(file).getInt(file.length - ChunkFormat.TAIL_BYTES);
        int covered = trailer - ChunkFormat.UNCOVERED_BYTES;
        int crc = Checksums.of(ByteBuffer.wrap(file, file.length - trailer, covered));
        ByteBuffer.wrap(file).putInt(file.length - ChunkFormat.UNCOVERED_BYTES, crc);
    }

    private static byte[] file(byte[] data, ChunkTrailer trailer) {
        ByteBuffer end = ChunkFormat.encode(trailer);
        ByteBuffer all = ByteBuffer.allocate(data.length + end.remaining());
        return all.put(data).put(end).array();
    }

    private static ChunkTrailer read(byte[] bytes) throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        Path path = Path.of("/file");
        disk.create(path).write(ByteBuffer.wrap(bytes), 0);
        return ChunkFormat.read(disk.open(path), FILE);
    }

    private static byte[] golden() throws IOException {
        return golden(ChunkFormat.VERSION);
    }

    private static byte[] golden(int version) throws IOException {
        try (InputStream in = ChunkFormatTest.class.getResourceAsStream("chunk-v" + version + ".hex")) {
            String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            return HexFormat.of().parseHex(text.replaceAll("#.*", "").replaceAll("\\s", ""));
        }
    }
}
