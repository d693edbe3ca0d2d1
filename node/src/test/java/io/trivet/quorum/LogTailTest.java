package io.trivet.quorum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.server.raftlog.segmented.SegmentedRaftLogOutputStream;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a power loss can leave is cut off; what was acknowledged never is. The segments are written
 * by Ratis.
 */
final class LogTailTest {
    private static final int START = 7;
    private static final int ALLOCATED = 8 << 10;

    @TempDir
    Path directory;

    private Path segment;
    /** The positions at which entries end; the first is the end of the header. */
    private final List<Integer> ends = new ArrayList<>(List.of(SegmentBytes.HEADER_BYTES));

    private byte[] whole;

    @BeforeEach
    void writeEntries() throws IOException {
        segment = directory.resolve("log_inprogress_" + START);
        whole = write(120, 40, 1_900, 300, 90, 1_100);
    }

    private byte[] write(int... sizes) throws IOException {
        Random random = new Random(7);
        File file = segment.toFile();
        SegmentedRaftLogOutputStream out =
                new SegmentedRaftLogOutputStream(file, false, 8 << 20, ALLOCATED, ByteBuffer.allocateDirect(1 << 17));
        for (int i = 0; i < sizes.length; i++) {
            LogEntryProto entry = entry(START + i, sizes[i], random);
            out.write(entry);
            out.flush();
            ends.add(ends.getLast() + length(entry));
        }
        byte[] allocated = Files.readAllBytes(segment);
        out.close();
        assertThat(segment).hasSize(ends.getLast());
        return allocated;
    }

    private static LogEntryProto entry(int index, int size, Random random) {
        byte[] data = new byte[size];
        random.nextBytes(data);
        return LogEntryProto.newBuilder()
                .setTerm(3)
                .setIndex(index)
                .setStateMachineLogEntry(StateMachineLogEntryProto.newBuilder().setLogData(ByteString.copyFrom(data)))
                .build();
    }

    private static int length(LogEntryProto entry) {
        int payload = entry.getSerializedSize();
        return (payload < 128 ? 1 : payload < 16_384 ? 2 : 3) + payload + Integer.BYTES;
    }

    private int endOf(int entry) {
        return ends.get(entry + 1);
    }

    private int lastEntry() {
        return ends.size() - 2;
    }

    private byte[] mended(byte[] bytes) throws IOException {
        return mended(bytes, ForcedMark.UNKNOWN);
    }

    private byte[] mended(byte[] bytes, long forced) throws IOException {
        return Arrays.copyOf(bytes, LogTail.kept(segment, bytes, START, forced));
    }

    private void isRefused(String what, byte[] bytes) {
        isRefused(what, bytes, ForcedMark.UNKNOWN);
    }

    private void isRefused(String what, byte[] bytes, long forced) {
        assertThatThrownBy(() -> LogTail.kept(segment, bytes, START, forced))
                .as(what)
                .isInstanceOf(IOException.class);
    }

    /** The bytes up to the end of the last entry that ends by this position. */
    private byte[] entriesUpTo(int position) {
        int end = ends.stream()
                .filter(known -> known <= position)
                .reduce((_, last) -> last)
                .orElseThrow();
        return Arrays.copyOf(whole, end);
    }

    private static byte[] withoutZeros(byte[] bytes) {
        return Arrays.copyOf(bytes, new SegmentBytes(bytes).endOfData());
    }

    private static byte[] zeroed(byte[] bytes, int from, int to) {
        byte[] changed = bytes.clone();
        Arrays.fill(changed, from, to, (byte) 0);
        return changed;
    }

    @Test
    void aWholeLogStaysAsItIs() throws IOException {
        assertThat(mended(whole)).isEqualTo(whole);
        assertThat(mended(entriesUpTo(whole.length))).isEqualTo(entriesUpTo(whole.length));
    }

    @Test
    void aFileThatEndsAtAnyByteKeepsItsWholeEntries() throws IOException {
        for (int end = endOf(1); end <= endOf(lastEntry()); end++) {
            assertThat(mended(Arrays.copyOf(whole, end))).as("cut at " + end).isEqualTo(entriesUpTo(end));
        }
    }

    @Test
    void entriesThatEndInZerosFromAnySectorOnAreCutOff() throws IOException {
        for (int sector = SegmentBytes.SECTOR_BYTES; sector < whole.length; sector += SegmentBytes.SECTOR_BYTES) {
            byte[] left = mended(zeroed(whole, sector, whole.length));
            assertThat(withoutZeros(left)).as("zeros from " + sector).isEqualTo(withoutZeros(entriesUpTo(sector)));
        }
    }

    @Test
    void theLastEntryWithoutAnyOfItsSectorsIsCutOff() throws IOException {
        int from = endOf(lastEntry() - 1);
        int to = endOf(lastEntry());
        for (int at = from; at < to; at = (at / SegmentBytes.SECTOR_BYTES + 1) * SegmentBytes.SECTOR_BYTES) {
            int end = Math.min(to, (at / SegmentBytes.SECTOR_BYTES + 1) * SegmentBytes.SECTOR_BYTES);
            byte[] left = mended(zeroed(whole, at, end));
            assertThat(withoutZeros(left)).as("no sector at " + at).isEqualTo(Arrays.copyOf(whole, from));
        }
    }

    @Test
    void anEntryBehindWhichThereAreWholeOnesIsNeverCutOff() {
        int last = endOf(lastEntry() - 1);
        for (int sector = 0; sector + SegmentBytes.SECTOR_BYTES <= last; sector += SegmentBytes.SECTOR_BYTES) {
            isRefused("no sector at " + sector, zeroed(whole, sector, sector + SegmentBytes.SECTOR_BYTES));
        }
    }

    /**
     * A flipped bit is no torn write: the entry was whole, and this master may have vouched for it.
     */
    @Test
    void aFlippedBitAnywhereIsAnError() {
        for (int at = 0; at < endOf(lastEntry()); at++) {
            for (byte[] bytes : List.of(whole, entriesUpTo(whole.length))) {
                byte[] flipped = bytes.clone();
                flipped[at] ^= (byte) (1 << (at % 8));
                isRefused("bit of byte " + at, flipped);
            }
        }
    }

    @Test
    void everyBitOfALengthCounts() {
        for (int start : ends.subList(0, ends.size() - 1)) {
            for (int bit = 0; bit < 16; bit++) {
                byte[] flipped = whole.clone();
                flipped[start + bit / 8] ^= (byte) (1 << (bit % 8));
                isRefused("bit " + bit + " of the length at " + start, flipped);
            }
        }
    }

    @Test
    void theBeginningOfALargeEntryIsCutOff() throws IOException {
        int end = endOf(lastEntry());
        byte[] torn = whole.clone();
        torn[end] = (byte) (9_000 & 0x7f | 0x80);
        torn[end + 1] = (byte) (9_000 >> 7);
        System.arraycopy(whole, SegmentBytes.HEADER_BYTES, torn, end + 2, 3_400);

        assertThat(withoutZeros(mended(torn))).isEqualTo(Arrays.copyOf(whole, end));
    }

    @Test
    void aDamagedLogIsLeftAsItIs() throws IOException {
        whole[endOf(1) - 1] ^= 1;
        Files.write(segment, whole);

        assertThatThrownBy(() -> LogTail.mend(directory, ForcedMark.UNKNOWN))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("entry 8");
        assertThat(segment).hasBinaryContent(whole);
    }

    @Test
    void onlyTheLastSegmentIsCut() throws IOException {
        byte[] torn = Arrays.copyOf(whole, endOf(lastEntry()) - 1);
        Files.write(segment, torn);
        Files.write(directory.resolve("log_inprogress_100"), Arrays.copyOf(whole, SegmentBytes.HEADER_BYTES));
        LogTail.mend(directory, ForcedMark.UNKNOWN);

        assertThat(segment).hasBinaryContent(torn);
    }

    /** Ratis removes a segment without entries. */
    @Test
    void anEmptySegmentIsNotTheLast() throws IOException {
        Files.write(segment, Arrays.copyOf(whole, endOf(lastEntry()) - 1));
        Files.write(directory.resolve("log_inprogress_100"), new byte[] {});
        LogTail.mend(directory, ForcedMark.UNKNOWN);

        assertThat(segment).hasSize(endOf(lastEntry() - 1));
    }

    /**
     * Several entries were being written together: any of their sectors may be present, so a later
     * entry may be whole and an earlier one not.
     */
    @Test
    void whateverIsMissingBehindTheMarkIsCutOffWithAllThatFollows() throws IOException {
        Random random = new Random(3);
        int laterOnesWhole = 0;
        for (int round = 0; round < 2_000; round++) {
            int forced = random.nextInt(lastEntry());
            byte[] torn = whole.clone();
            int firstLost = loseSectors(torn, endOf(forced), random);
            byte[] left = withoutZeros(mended(torn, START + forced));
            assertThat(left).as("round " + round).isEqualTo(withoutZeros(entriesUpTo(firstLost)));
            laterOnesWhole +=
                    new SegmentBytes(torn).firstEntryFrom(firstLost, START).isPresent() ? 1 : 0;
        }
        assertThat(laterOnesWhole).isGreaterThan(200);
    }

    /**
     * Lost sectors keep what they held before the entries: zeros, except for what was forced.
     * Returns the first lost byte.
     */
    private int loseSectors(byte[] bytes, int from, Random random) {
        int first = bytes.length;
        for (int at = from;
                at < endOf(lastEntry());
                at = (at / SegmentBytes.SECTOR_BYTES + 1) * SegmentBytes.SECTOR_BYTES) {
            if (random.nextInt(3) == 0) {
                int end = Math.min(bytes.length, (at / SegmentBytes.SECTOR_BYTES + 1) * SegmentBytes.SECTOR_BYTES);
                Arrays.fill(bytes, at, end, (byte) 0);
                first = Math.min(first, at);
            }
        }
        return first;
    }

    @Test
    void anEntryUpToTheMarkIsNeverCutOff() {
        for (int entry = 0; entry <= lastEntry(); entry++) {
            for (int sector = endOf(entry - 1) / SegmentBytes.SECTOR_BYTES;
                    sector * SegmentBytes.SECTOR_BYTES < endOf(entry);
                    sector++) {
                int from = Math.max(endOf(entry - 1), sector * SegmentBytes.SECTOR_BYTES);
                byte[] rotten = zeroed(whole, from, Math.min(whole.length, (sector + 1) * SegmentBytes.SECTOR_BYTES));
                isRefused("no sector at " + from, rotten, START + entry);
            }
        }
    }

    /** The mark lags; only an entry that lacks a sector was torn. */
    @Test
    void aFlippedBitBehindTheMarkIsAnErrorAsWell() {
        for (int at = SegmentBytes.HEADER_BYTES; at < endOf(lastEntry()); at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= (byte) (1 << (at % 8));
            isRefused("bit of byte " + at, flipped, START - 1);
        }
    }
}
