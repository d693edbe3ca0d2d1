package io.trivet.chunk;

import static io.trivet.chunk.TestChunks.FIRST;
import static io.trivet.chunk.TestChunks.content;
import static io.trivet.chunk.TestChunks.crcs;
import static io.trivet.chunk.TestChunks.header;
import static io.trivet.chunk.TestChunks.id;
import static io.trivet.chunk.TestChunks.listed;
import static io.trivet.chunk.TestChunks.read;
import static io.trivet.chunk.TestChunks.settings;
import static io.trivet.chunk.TestChunks.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.Checksums;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import io.trivet.model.Refusal;
import io.trivet.model.Sha256;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store on a real disk. */
class ChunkStoreTest {
    private static final int BLOCK = ChunkSize.BLOCK_BYTES;

    @TempDir
    Path directory;

    private Path root;
    private ChunkStore store;

    @BeforeEach
    void open() throws IOException {
        root = directory.resolve("disk");
        store = TestChunks.format(new SystemDiskFiles(), root);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    @Test
    void whatIsStoredIsRead() {
        for (int length : new int[] {0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 4 * BLOCK}) {
            ChunkId chunk = id(1 + length, 1);
            byte[] bytes = content(length, length);

            StoredChunk storedChunk = store(store, chunk, bytes);

            assertThat(storedChunk).isEqualTo(new StoredChunk(chunk, length, Checksums.of(bytes), Sha256.of(bytes)));
            assertThat(read(store, chunk)).isEqualTo(bytes);
            assertThat(store.verify(chunk, FIRST).stored()).isEqualTo(storedChunk);
        }
    }

    @Test
    void bytesComeFirstInTheFileOfTheSlotTheIdSays() throws IOException {
        byte[] bytes = content(1, BLOCK + 5);
        store(store, id(42, 7), bytes);

        byte[] file = Files.readAllBytes(root.resolve("chunks/0005/00000001-000000000000002a.part0007"));

        assertThat(Arrays.copyOf(file, bytes.length)).isEqualTo(bytes);
        assertThat(store.usedBytes()).isEqualTo(file.length);
    }

    @Test
    void rangeIsReadWithItsChecksums() {
        byte[] bytes = content(1, 3 * BLOCK + 5);
        store(store, id(1, 1), bytes);

        try (ChunkReader reader = store.open(id(1, 1), FIRST)) {
            ByteBuffer into = ByteBuffer.allocateDirect(7);
            assertThat(reader.read(BLOCK - 3, into)).isEqualTo(7);
            assertThat(into.flip()).isEqualTo(ByteBuffer.wrap(bytes, BLOCK - 3, 7));
            assertThat(reader.read(bytes.length - 2, ByteBuffer.allocate(7))).isEqualTo(2);
            assertThat(reader.read(bytes.length, ByteBuffer.allocate(7))).isZero();
            assertThat(reader.blockCrcs(BLOCK, 2 * BLOCK)).isEqualTo(crcs(bytes, BLOCK, 2 * BLOCK));
            assertThat(reader.blockCrcs(3 * BLOCK, 5)).isEqualTo(crcs(bytes, 3 * BLOCK, 5));
            assertThatThrownBy(() -> reader.blockCrcs(1, BLOCK)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> reader.read(bytes.length + 1, ByteBuffer.allocate(1)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void chunkThatIsNotHereIsSaidSo() {
        assertThat(store.find(id(1, 1), FIRST)).isEmpty();
        assertRefused(Refusal.Kind.NO_SUCH_CHUNK, () -> store.open(id(1, 1), FIRST));
        assertRefused(Refusal.Kind.NO_SUCH_CHUNK, () -> store.verify(id(1, 1), FIRST));
        store(store, id(1, 1), content(1, 9));
        assertRefused(Refusal.Kind.NO_SUCH_CHUNK, () -> store.open(id(2, 1), FIRST));
    }

    /** Rule 2. */
    @Test
    void blockThatIsNotWhatItsChecksumSaysDoesNotCount() {
        byte[] bytes = content(1, 2 * BLOCK);
        try (ChunkWriter writer = store.begin(header(id(1, 1), bytes.length))) {
            int[] wrong = crcs(bytes, 0, bytes.length);
            wrong[1] ^= 1;
            assertRefused(Refusal.Kind.CORRUPT, () -> writer.write(ByteBuffer.wrap(bytes), wrong));
            assertThat(writer.written()).isZero();

            TestChunks.write(writer, bytes);
            writer.finish(bytes.length, Checksums.of(bytes));
        }
        assertThat(read(store, id(1, 1))).isEqualTo(bytes);
    }

    /** Rule 2. */
    @Test
    void wholeThatIsNotWhatItsChecksumSaysIsRefused() {
        byte[] bytes = content(1, 2 * BLOCK);
        try (ChunkWriter writer = store.begin(header(id(1, 1), bytes.length))) {
            TestChunks.write(writer, bytes);
            assertRefused(Refusal.Kind.CORRUPT, () -> writer.finish(bytes.length, Checksums.of(bytes) ^ 1));
        }
        try (ChunkWriter writer = store.begin(header(id(1, 1), bytes.length))) {
            writer.write(ByteBuffer.wrap(bytes, 0, BLOCK), crcs(bytes, 0, BLOCK));
            assertRefused(
                    Refusal.Kind.CORRUPT, () -> writer.finish(BLOCK, Checksums.of(ByteBuffer.wrap(bytes, 0, BLOCK))));
        }
        assertNothingIsHere();
    }

    @Test
    void pieceThatDoesNotFitIsRefused() {
        byte[] bytes = content(1, 3 * BLOCK);
        try (ChunkWriter writer = store.begin(header(id(1, 1), 2 * BLOCK + 1))) {
            assertRefused(Refusal.Kind.BAD_REQUEST, () -> writer.write(ByteBuffer.wrap(bytes), new int[3]));
            assertRefused(Refusal.Kind.BAD_REQUEST, () -> writer.write(ByteBuffer.allocate(0), new int[0]));
            assertRefused(Refusal.Kind.BAD_REQUEST, () -> writer.write(ByteBuffer.allocate(9), new int[1]));
            assertRefused(Refusal.Kind.BAD_REQUEST, () -> writer.write(ByteBuffer.allocate(BLOCK), new int[2]));
            assertRefused(
                    Refusal.Kind.BAD_REQUEST,
                    () -> writer.write(ByteBuffer.allocate(ChunkWriter.MAX_PIECE + BLOCK), new int[17]));
        }
    }

    @Test
    void closingWithoutFinishLeavesNothing() {
        byte[] bytes = content(1, 2 * BLOCK);
        try (ChunkWriter writer = store.begin(header(id(1, 1), bytes.length))) {
            TestChunks.write(writer, bytes);
        }
        assertNothingIsHere();
    }

    /** Rule 1. */
    @Test
    void sameNameWithTheSameContentSucceedsAndStaysOne() {
        byte[] bytes = content(1, BLOCK + 1);
        StoredChunk first = store(store, id(1, 1), bytes);
        long used = store.usedBytes();

        assertThat(store(store, id(1, 1), bytes)).isEqualTo(first);
        assertThat(store.usedBytes()).isEqualTo(used);
        assertThat(files("temporary")).isEmpty();
    }

    /** Rule 1. */
    @Test
    void sameNameWithOtherContentIsRefused() {
        byte[] bytes = content(1, BLOCK + 1);
        store(store, id(1, 1), bytes);

        assertRefused(Refusal.Kind.DIFFERENT_CONTENT, () -> store(store, id(1, 1), content(2, BLOCK + 1)));
        assertRefused(Refusal.Kind.DIFFERENT_CONTENT, () -> store(store, id(1, 1), Arrays.copyOf(bytes, BLOCK)));
        assertThat(read(store, id(1, 1))).isEqualTo(bytes);
        assertThat(files("temporary")).isEmpty();
    }

    /** Rule 1. */
    @Test
    void sameContentReplacesAReplicaThatIsFoundBad() throws IOException {
        byte[] bytes = content(1, BLOCK + 1);
        store(store, id(1, 1), bytes);
        flip(file(id(1, 1)), 5);

        store(store, id(1, 1), bytes);

        assertThat(read(store, id(1, 1))).isEqualTo(bytes);
        assertThat(files("quarantine")).hasSize(1);
    }

    /** Rule 1. */
    @Test
    void writersOfOneChunkAtOnceAgree() throws Exception {
        byte[] bytes = content(1, 2 * BLOCK);
        List<Callable<StoredChunk>> writers = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            byte[] mine = i % 4 == 3 ? content(2, 2 * BLOCK) : bytes;
            writers.add(() -> store(store, id(1, 1), mine));
        }
        List<Integer> winners = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (Future<StoredChunk> outcome : threads.invokeAll(writers, 20, TimeUnit.SECONDS)) {
                try {
                    winners.add(outcome.get().crc32c());
                } catch (ExecutionException e) {
                    assertThat(((TrivetException) e.getCause()).kind()).isEqualTo(Refusal.Kind.DIFFERENT_CONTENT);
                }
            }
        }
        assertThat(winners)
                .isNotEmpty()
                .containsOnly(store.verify(id(1, 1), FIRST).crc32c());
        assertThat(listed(store)).hasSize(1);
        assertThat(files("temporary")).isEmpty();
    }

    @Test
    void everyChunkOfASlotIsListedOnce() {
        List<StoredChunk> all = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            all.add(store(store, id(i, 1 + i % 3), content(i, i)));
        }
        assertThat(listed(store)).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void removedChunkIsGoneButStaysReadableWhereItIsOpen() {
        byte[] bytes = content(1, BLOCK);
        store(store, id(1, 1), bytes);
        try (ChunkReader reader = store.open(id(1, 1), FIRST)) {
            assertThat(store.remove(id(1, 1), FIRST)).isTrue();
            assertThat(store.remove(id(1, 1), FIRST)).isFalse();
            assertNothingIsHere();
            assertThat(reader.readBlocks(0, ByteBuffer.allocate(BLOCK))).isEqualTo(BLOCK);
        }
    }

    /** Only the SHA-256 tells them apart. */
    @Test
    void otherBytesWithTheSameCrcAreNotTheSameContent() {
        byte[] bytes = content(1, BLOCK);
        byte[] forged = EqualCrc.forged(bytes, content(2, BLOCK));
        StoredChunk storedChunk = store(store, id(1, 1), bytes);

        assertThat(Checksums.of(forged)).isEqualTo(storedChunk.crc32c());
        assertRefused(Refusal.Kind.DIFFERENT_CONTENT, () -> store(store, id(1, 1), forged));
        assertThat(read(store, id(1, 1))).isEqualTo(bytes);
    }

    /**
     * A chunk stored by an earlier release has no SHA-256: it is computed whenever the chunk is
     * read completely.
     */
    @Test
    void ofAChunkWithoutOneTheStrongChecksumIsComputed() {
        byte[] bytes = content(1, BLOCK);
        try (ChunkWriter writer = store.begin(header(id(1, 1), BLOCK))) {
            TestChunks.write(writer, bytes);
            writer.finish(BLOCK, Checksums.of(bytes));
        }

        assertThat(store.find(id(1, 1), FIRST).orElseThrow().sha256()).isNull();
        assertThat(store.verify(id(1, 1), FIRST).sha256()).isEqualTo(Sha256.of(bytes));
        assertThat(store(store, id(1, 1), bytes).sha256()).isEqualTo(Sha256.of(bytes));
        byte[] forged = EqualCrc.forged(bytes, content(2, BLOCK));
        assertRefused(Refusal.Kind.DIFFERENT_CONTENT, () -> store(store, id(1, 1), forged));
    }

    @Test
    void onlyTheContentMeantIsQuarantined() {
        StoredChunk storedChunk = store(store, id(1, 1), content(1, 9));

        store.quarantine(new StoredChunk(id(1, 1), 9, storedChunk.crc32c() ^ 1), FIRST, "the record says otherwise");
        Sha256 other = Sha256.of(content(2, 9));
        store.quarantine(new StoredChunk(id(1, 1), 9, storedChunk.crc32c(), other), FIRST, "the record says otherwise");
        assertThat(store.find(id(1, 1), FIRST)).isPresent();
        store.quarantine(storedChunk, FIRST, "the record says otherwise");
        assertNothingIsHere();
        assertThat(files("quarantine")).hasSize(1);
    }

    @Test
    void flippedBitOfTheDataIsNeverServedAsGood() throws IOException {
        byte[] bytes = content(1, 3 * BLOCK + 9);
        for (int at : new int[] {0, BLOCK - 1, BLOCK, 2 * BLOCK + 77, bytes.length - 1}) {
            ChunkId chunk = id(at + 1, 1);
            store(store, chunk, bytes);
            flip(file(chunk), at);

            try (ChunkReader reader = store.open(chunk, FIRST)) {
                ByteBuffer into = ByteBuffer.allocate(bytes.length);
                assertRefused(Refusal.Kind.CORRUPT, () -> reader.readBlocks(0, into));
            }
            assertRefused(Refusal.Kind.CORRUPT, () -> store.verify(chunk, FIRST));
            assertRefused(Refusal.Kind.NO_SUCH_CHUNK, () -> store.open(chunk, FIRST));
        }
        assertThat(files("quarantine")).hasSize(5);
        assertThat(store.usedBytes()).isZero();
    }

    @Test
    void flippedBitOfTheTrailerIsFoundWhenOpened() throws IOException {
        int length = 2 * BLOCK;
        store(store, id(1, 1), content(1, length));
        byte[] whole = Files.readAllBytes(file(id(1, 1)));
        for (int at = length; at < whole.length; at++) {
            Files.write(file(id(1, 1)), whole);
            flip(file(id(1, 1)), at);
            assertRefused(Refusal.Kind.CORRUPT, () -> store.open(id(1, 1), FIRST));
            assertThat(store.find(id(1, 1), FIRST)).isEmpty();
        }
    }

    @Test
    void badTrailerIsNotListedButQuarantined() throws IOException {
        StoredChunk good = store(store, id(1, 1), content(1, 9));
        store(store, id(2, 1), content(2, 9));
        flip(file(id(2, 1)), 20);

        assertThat(listed(store)).containsExactly(good);
        assertThat(files("quarantine")).hasSize(1);
    }

    @Test
    void truncationAnywhereIsFoundWhenOpened() throws IOException {
        store(store, id(1, 1), content(1, BLOCK + 9));
        byte[] whole = Files.readAllBytes(file(id(1, 1)));
        List<Integer> lengths = new ArrayList<>(List.of(0, 1, BLOCK, BLOCK + 1, BLOCK + 9));
        for (int cut = 1; cut < whole.length - BLOCK - 9; cut++) {
            lengths.add(whole.length - cut);
        }
        for (int length : lengths) {
            Files.write(file(id(1, 1)), Arrays.copyOf(whole, length));
            assertRefused(Refusal.Kind.CORRUPT, () -> store.open(id(1, 1), FIRST));
        }
    }

    @Test
    void truncationUnderAReaderIsFound() throws IOException {
        store(store, id(1, 1), content(1, 2 * BLOCK));
        try (ChunkReader reader = store.open(id(1, 1), FIRST)) {
            Files.write(file(id(1, 1)), new byte[BLOCK]);
            assertRefused(Refusal.Kind.CORRUPT, () -> reader.read(0, ByteBuffer.allocate(2 * BLOCK)));
        }
    }

    @Test
    void chunkFileSavedAsDataIsNotMistakenForTheChunkThatWasCutBehindIt() throws IOException {
        store(store, id(1, 1), content(1, 9));
        byte[] inner = Files.readAllBytes(file(id(1, 1)));
        store(store, id(2, 1), inner);
        Files.write(file(id(2, 1)), inner);

        assertRefused(Refusal.Kind.CORRUPT, () -> store.open(id(2, 1), FIRST));
    }

    @Test
    void newerFormatIsRefusedAndLeftWhereItIs() throws IOException {
        store(store, id(1, 1), content(1, 9));
        byte[] newer = Files.readAllBytes(file(id(1, 1)));
        int trailer = newer.length - 9;
        ByteBuffer file = ByteBuffer.wrap(newer).putInt(newer.length - 16, 3);
        file.putInt(newer.length - 12, Checksums.of(ByteBuffer.wrap(newer, 9, trailer - 12)));
        Files.write(file(id(1, 1)), newer);

        assertRefused(Refusal.Kind.WRONG_VERSION, () -> store.open(id(1, 1), FIRST));
        assertRefused(Refusal.Kind.WRONG_VERSION, () -> store(store, id(1, 1), content(1, 9)));
        assertThat(listed(store)).isEmpty();
        assertThat(file(id(1, 1))).exists();
    }

    @Test
    void restartFindsEverythingAndDropsWhatWasHalfDone() throws IOException {
        StoredChunk storedChunk = store(store, id(1, 1), content(1, BLOCK));
        long used = store.usedBytes();
        Files.write(root.resolve("temporary/00000001-0000000000000002.part0001.1"), new byte[99]);
        Files.write(root.resolve("chunks/2519/stranger"), new byte[99]);
        Files.createDirectory(root.resolve("chunks/9999"));

        store.close();
        store = ChunkStore.open(new SystemDiskFiles(), settings(root), storeLoss -> {});

        assertThat(listed(store)).containsExactly(storedChunk);
        assertThat(store.usedBytes()).isEqualTo(used);
        assertThat(files("temporary")).isEmpty();
        assertThat(root.resolve("chunks/2519/stranger")).exists();
    }

    @Test
    void interruptedThreadIsABugAndNoFailureOfTheDisk() {
        byte[] bytes = content(1, BLOCK);
        try (ChunkWriter writer = store.begin(header(id(1, 1), BLOCK))) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> TestChunks.write(writer, bytes)).isInstanceOf(IllegalStateException.class);
        }
        assertThat(Thread.interrupted()).isTrue();
        assertNothingIsHere();
        assertThat(store.disks().getFirst().state()).isEqualTo(DiskStatus.State.SERVING);
    }

    private void assertNothingIsHere() {
        assertThat(listed(store)).isEmpty();
        assertThat(files("temporary")).isEmpty();
        assertThat(store.usedBytes()).isZero();
    }

    private static void assertRefused(Refusal.Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TrivetException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }

    private Path file(ChunkId chunk) {
        return new DiskPaths(root).chunk(chunk, ChunkHeader.slotOf(chunk, FIRST));
    }

    private List<Path> files(String below) {
        try (Stream<Path> paths = Files.list(root.resolve(below))) {
            return paths.toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void flip(Path file, int at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[at] ^= 1;
        Files.write(file, bytes);
    }
}
