package io.trivet.rescue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.Checksums;
import io.trivet.model.ChunkId;
import io.trivet.model.ClusterId;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.RemotePath;
import io.trivet.model.Slot;
import io.trivet.rescue.RescuedFile.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is rescued from sound and damaged disks of chunk stores. */
class RescueTest {
    private static final int CHUNK = TestDisks.CHUNK_SIZE.bytes();

    @TempDir
    Path base;

    private Path target;
    private TestDisks disks;
    private final Heard heard = new Heard();

    @BeforeEach
    void formatTwoDisks() throws IOException {
        target = base.resolve("out");
        disks = new TestDisks(base, 2);
    }

    @AfterEach
    void everythingBesidesTheTargetIsLeftAlone() throws IOException {
        assertThat(target.resolve(RescueTarget.TEMPORARY)).doesNotExist();
        disks.close();
    }

    private RescueSummary rescue() throws IOException {
        return new Rescue(disks.roots(), target, KnownNames.NONE, heard).run();
    }

    private Outcome only() {
        assertThat(heard.files).hasSize(1);
        return heard.files.getFirst().outcome();
    }

    private void holds(String name, byte[] content) throws IOException {
        assertThat(Files.readAllBytes(target.resolve(name))).isEqualTo(content);
    }

    private static byte[] changed(byte[] bytes, int at) {
        byte[] changed = bytes.clone();
        changed[at] ^= 1;
        return changed;
    }

    @Test
    void filesOfAnySizeComeOutAtTheirPaths() throws IOException {
        byte[] empty = disks.save(1, "/empty", 0);
        byte[] one = disks.save(2, "/deep/er/one", 1);
        byte[] exact = disks.save(3, "/deep/exact", 2 * CHUNK);
        byte[] many = disks.save(4, "/文件 with space", 4 * CHUNK + 77);
        RescueSummary summary = rescue();
        assertThat(summary.isComplete()).isTrue();
        assertThat(summary.whole()).isEqualTo(4);
        assertThat(summary.bytes()).isEqualTo(6L * CHUNK + 78);
        assertThat(heard.expected).isEqualTo(heard.passed).isEqualTo(summary.bytes());
        holds("empty", empty);
        holds("deep/er/one", one);
        holds("deep/exact", exact);
        holds("文件 with space", many);
    }

    /** One file with these names; all others are removed. */
    private record Names(FileRecord record, RemotePath... paths) implements KnownNames {
        @Override
        public Optional<ClusterId> cluster() {
            return Optional.empty();
        }

        @Override
        public List<Claim> claims(FileId content) {
            return content.equals(record.content()) ? List.copyOf(all()) : List.of(new Claim.Gone());
        }

        @Override
        public List<Claim.Named> all() {
            return Stream.of(paths).map(path -> new Claim.Named(path, record)).toList();
        }
    }

    private static Names named(long id, long size, int crc32c) {
        FileRecord record = new FileRecord(
                new FileId(1, id), size, TestDisks.CHUNK_SIZE, new Slot(0), crc32c, Instant.EPOCH, "", 0);
        return new Names(record, RemotePath.parse("/now/here"));
    }

    @Test
    void theNamespaceGivesTheNameAndSaysWhatIsGone() throws IOException {
        byte[] content = disks.save(1, "/before", 2 * CHUNK);
        disks.save(2, "/removed", CHUNK);
        RescueSummary summary =
                new Rescue(disks.roots(), target, named(1, content.length, Checksums.of(content)), heard).run();
        assertThat(summary.isComplete()).isTrue();
        assertThat(summary.gone()).isEqualTo(1);
        holds("now/here", content);
        assertThat(target.resolve("before")).doesNotExist();
        assertThat(target.resolve("removed")).doesNotExist();
    }

    @Test
    void aContentIsWrittenUnderTheNameOfEachFileThatHasIt() throws IOException {
        byte[] content = disks.save(1, "/before", 2 * CHUNK);
        FileRecord record = named(1, content.length, Checksums.of(content)).record();
        KnownNames names = new Names(record, RemotePath.parse("/one"), RemotePath.parse("/deep/two"));
        RescueSummary summary = new Rescue(disks.roots(), target, names, heard).run();
        assertThat(summary.isComplete()).isTrue();
        assertThat(summary.whole()).isEqualTo(2);
        assertThat(heard.expected).isEqualTo(heard.passed).isEqualTo(2L * content.length);
        holds("one", content);
        holds("deep/two", content);
    }

    /** Its record is all there is of it, so only a copy of the namespace knows it. */
    @Test
    void anEmptyFileWithoutAChunkIsMadeFromTheNamespaceAlone() throws IOException {
        FileRecord record = FileRecord.empty(new FileId(1, 1), TestDisks.CHUNK_SIZE, Instant.EPOCH, "", 0);
        KnownNames names = new Names(record, RemotePath.parse("/deep/empty"));
        disks.save(2, "/removed", CHUNK);
        RescueSummary summary = new Rescue(disks.roots(), target, names, heard).run();
        assertThat(summary.isComplete()).isTrue();
        assertThat(summary.whole()).isEqualTo(1);
        holds("deep/empty", new byte[0]);
        assertThat(new Rescue(disks.roots(), target, names, heard).run().isComplete())
                .isTrue();
        Files.write(target.resolve("deep/empty"), new byte[1]);
        assertThat(new Rescue(disks.roots(), target, names, heard).run().isComplete())
                .isFalse();
        holds("deep/empty", new byte[1]);
    }

    private KnownNames link(String path, String target) {
        FileRecord record = FileRecord.link(new FileId(1, 1), target, TestDisks.CHUNK_SIZE, Instant.EPOCH, "", 0777);
        return new KnownNames() {
            @Override
            public Optional<ClusterId> cluster() {
                return Optional.empty();
            }

            @Override
            public List<Claim> claims(FileId content) {
                return content.equals(record.id()) ? List.copyOf(all()) : List.of(new Claim.Unknown());
            }

            @Override
            public List<Claim.Named> all() {
                return List.of(new Claim.Named(RemotePath.parse(path), record, target));
            }
        };
    }

    @Test
    void aLinkIsMadeAndNothingIsWrittenThroughIt() throws IOException {
        Path victim = Files.createDirectory(target.resolveSibling("victim"));
        disks.save(2, "/a/link/file", CHUNK);
        disks.save(3, "/a/link", CHUNK);
        for (int run = 0; run < 2; run++) {
            assertThat(new Rescue(disks.roots(), target, link("/a/link", victim.toString()), heard)
                            .run()
                            .isComplete())
                    .isTrue();
            assertThat(Files.readSymbolicLink(target.resolve("a/link"))).isEqualTo(victim);
            assertThat(victim).isEmptyDirectory();
        }
        Files.delete(target.resolve("a/link"));
        Files.createSymbolicLink(target.resolve("a/link"), Path.of("elsewhere"));
        assertThat(new Rescue(disks.roots(), target, link("/a/link", victim.toString()), heard)
                        .run()
                        .isComplete())
                .isFalse();
        assertThat(Files.readSymbolicLink(target.resolve("a/link"))).isEqualTo(Path.of("elsewhere"));
        assertThat(new Rescue(disks.roots(), target, link("/a/link/deeper", "x"), heard)
                        .run()
                        .isComplete())
                .isFalse();
        assertThat(victim).isEmptyDirectory();
    }

    /** The chunks look whole by themselves; the record contradicts them. */
    @Test
    void whatIsNotWhatTheNamespaceRecordedIsNotPresentedAsWhole() throws IOException {
        byte[] content = disks.save(1, "/before", 2 * CHUNK);
        new Rescue(disks.roots(), target, named(1, content.length, 4711), heard).run();
        assertThat(only()).isInstanceOf(Outcome.Conflict.class);
        assertThat(target).isEmptyDirectory();
    }

    @Test
    void theNamespaceKnowsHowManyChunksAreMissingAtTheEnd() throws IOException {
        disks.save(1, "/before", 4 * CHUNK);
        disks.delete(1, 3);
        disks.delete(1, 4);
        new Rescue(disks.roots(), target, named(1, 4L * CHUNK, 4711), heard).run();
        assertThat(only()).isEqualTo(new Outcome.Incomplete(numbers("3", "4"), ChunkNumberRanges.NONE, true));
        heard.files.clear();
        new Rescue(disks.roots(), target, named(9, 2L * CHUNK, 4711), heard).run();
        assertThat(heard.files.getLast().outcome())
                .isEqualTo(new Outcome.Incomplete(numbers("1", "2"), ChunkNumberRanges.NONE, true));
    }

    @Test
    void aMissingChunkIsNamedAndNothingIsWritten() throws IOException {
        disks.save(1, "/lacking", 5 * CHUNK);
        disks.delete(1, 2);
        disks.delete(1, 4);
        assertThat(rescue().isComplete()).isFalse();
        assertThat(only()).isEqualTo(new Outcome.Incomplete(numbers("2", "4"), ChunkNumberRanges.NONE, true));
        assertThat(target).isEmptyDirectory();
    }

    @Test
    void aMissingEndIsToldSinceNobodyKnowsHowManyChunksThereWere() throws IOException {
        disks.save(1, "/endless", 3 * CHUNK);
        disks.delete(1, 3);
        assertThat(rescue().isComplete()).isFalse();
        assertThat(only()).isEqualTo(new Outcome.Incomplete(ChunkNumberRanges.NONE, ChunkNumberRanges.NONE, false));
        assertThat(target).isEmptyDirectory();
    }

    @Test
    void aBadReplicaIsPassedOverForAGoodOne() throws IOException {
        byte[] content = disks.save(1, "/one-bad", 2 * CHUNK);
        disks.flip(0, 1, 2, 70_000);
        RescueSummary summary = rescue();
        assertThat(summary.isComplete()).isTrue();
        assertThat(summary.badReplicas()).isLessThanOrEqualTo(1);
        holds("one-bad", content);
    }

    @Test
    void replicasWithDifferentBadBlocksMakeAWholeChunkTogether() throws IOException {
        byte[] content = disks.save(1, "/patched", CHUNK);
        disks.flip(0, 1, 1, 5);
        disks.flip(1, 1, 1, CHUNK - 5);
        assertThat(rescue().isComplete()).isTrue();
        holds("patched", content);
        assertThat(heard.troubles).hasSize(2).allMatch(trouble -> trouble.contains("expected a block with crc32c"));
    }

    @Test
    void everyChunkThatIsBadOnAllDisksIsNamed() throws IOException {
        disks.save(1, "/ruined", 4 * CHUNK);
        for (int disk = 0; disk < 2; disk++) {
            disks.flip(disk, 1, 2, 100);
            disks.flip(disk, 1, 4, 100);
        }
        RescueSummary summary = rescue();
        assertThat(summary.incomplete()).isEqualTo(1);
        assertThat(summary.badReplicas()).isEqualTo(4);
        assertThat(only()).isEqualTo(new Outcome.Incomplete(ChunkNumberRanges.NONE, numbers("2", "4"), true));
        assertThat(target).isEmptyDirectory();
    }

    @Test
    void missingAndBadChunksOfOneFileAreToldApart() throws IOException {
        disks.save(1, "/both", 4 * CHUNK);
        disks.delete(1, 1);
        disks.flip(0, 1, 3, 0);
        disks.flip(1, 1, 3, 0);
        rescue();
        assertThat(only()).isEqualTo(new Outcome.Incomplete(numbers("1"), numbers("3"), true));
    }

    @Test
    void aReplicaThatWasCutShortOrHasABadTrailerIsBad() throws IOException {
        byte[] content = disks.save(1, "/cut", CHUNK);
        disks.cut(0, 1, 1, 1000);
        assertThat(rescue().isComplete()).isTrue();
        holds("cut", content);
        disks.cut(1, 1, 1, CHUNK + 40);
        heard.files.clear();
        assertThat(rescue().isComplete()).isFalse();
        assertThat(only()).isEqualTo(new Outcome.Incomplete(ChunkNumberRanges.NONE, numbers("1"), false));
        assertThat(heard.files.getFirst().path()).isEmpty();
    }

    /** Rule 1 forbids it; if it happened nevertheless, the rescue does not choose. */
    @Test
    void twoGoodReplicasWithDifferentContentAreAConflict() throws IOException {
        byte[] content = TestDisks.content(7, CHUNK);
        disks.store(0, TestDisks.header(new ChunkId(new FileId(1, 1), 1), "/two", CHUNK, true), content);
        disks.store(1, TestDisks.header(new ChunkId(new FileId(1, 1), 1), "/two", CHUNK, true), changed(content, 9));
        RescueSummary summary = rescue();
        assertThat(summary.conflicts()).isEqualTo(1);
        assertThat(summary.isComplete()).isFalse();
        assertThat(only())
                .isInstanceOfSatisfying(
                        Outcome.Conflict.class,
                        conflict -> assertThat(conflict.reason()).contains("chunk 1"));
        assertThat(target).isEmptyDirectory();
    }

    @Test
    void chunksBehindTheLastOneAreAConflict() throws IOException {
        disks.store(0, TestDisks.header(new ChunkId(new FileId(1, 1), 1), "/x", CHUNK, true), new byte[CHUNK]);
        disks.store(1, TestDisks.header(new ChunkId(new FileId(1, 1), 2), "/x", CHUNK, false), new byte[CHUNK]);
        rescue();
        assertThat(only()).isInstanceOf(Outcome.Conflict.class);
    }

    @Test
    void aLastNumberOutOfAllProportionTakesNoMemory() throws IOException {
        ChunkId last = new ChunkId(new FileId(1, 1), ChunkId.MAX_NUMBER);
        disks.store(0, TestDisks.header(last, "/far", 10, true), new byte[10]);
        rescue();
        assertThat(only())
                .isEqualTo(new Outcome.Incomplete(
                        new ChunkNumberRanges(List.of(new ChunkNumberRanges.Range(1, ChunkId.MAX_NUMBER - 1))),
                        ChunkNumberRanges.NONE,
                        true));
    }

    @Test
    void severalFilesOfOnePathAreAllNamedWithTheirIds() throws IOException {
        byte[] old = disks.save(1, "/d/data", 10);
        byte[] replacement = disks.save(2, "/d/data", 20);
        RescueSummary summary = rescue();
        assertThat(summary.isComplete()).isTrue();
        assertThat(target.resolve("d/data")).doesNotExist();
        holds("d/data~" + new FileId(1, 1), old);
        holds("d/data~" + new FileId(1, 2), replacement);
        assertThat(heard.files)
                .allSatisfy(file ->
                        assertThat(((Outcome.Whole) file.outcome()).note()).isEqualTo(RescuedNames.OLD));
    }

    @Test
    void aWholeOldVersionDoesNotPassForTheIncompleteNewOne() throws IOException {
        byte[] old = disks.save(1, "/data", 10);
        disks.save(2, "/data", 2 * CHUNK);
        disks.delete(2, 1);
        assertThat(rescue().isComplete()).isFalse();
        assertThat(target.resolve("data")).doesNotExist();
        holds("data~" + new FileId(1, 1), old);
    }

    @Test
    void aFileWhosePathIsADirectoryOfAnotherComesOutBesideIt() throws IOException {
        byte[] file = disks.save(1, "/a", 10);
        byte[] below = disks.save(2, "/a/b", 20);
        assertThat(rescue().isComplete()).isTrue();
        holds("a~" + new FileId(1, 1), file);
        holds("a/b", below);
    }

    @Test
    void aRescueThatIsRunAgainFindsItsFilesAndReplacesNothing() throws IOException {
        byte[] content = disks.save(1, "/same", CHUNK + 1);
        disks.save(2, "/other", 30);
        rescue();
        Files.write(target.resolve("other"), new byte[30]);
        RescueSummary again = rescue();
        assertThat(again.whole()).isEqualTo(1);
        assertThat(again.notWritten()).isEqualTo(1);
        holds("same", content);
        holds("other", new byte[30]);
    }

    @Test
    void draftsOfARescueThatWasKilledAreRemoved() throws IOException {
        disks.save(1, "/f", 1);
        Files.createDirectories(target.resolve(RescueTarget.TEMPORARY));
        Files.write(target.resolve(RescueTarget.TEMPORARY).resolve("draft-0"), new byte[5]);
        assertThat(rescue().isComplete()).isTrue();
    }

    @Test
    void chunksThatAPersonCopiedElsewhereAreFound() throws IOException {
        byte[] content = disks.save(1, "/moved", CHUNK);
        Path lost = base.resolve("d0/chunks/lost+found/deeper");
        Files.createDirectories(lost);
        Files.move(disks.file(0, 1, 1), lost.resolve("#1234"));
        disks.deleteOn(1, 1, 1);
        assertThat(rescue().isComplete()).isTrue();
        holds("moved", content);
    }

    @Test
    void whatIsNoChunkIsToldAndHarmsNothing() throws IOException {
        disks.save(1, "/f", 1);
        Files.write(
                base.resolve("d0/chunks/README"),
                "hello".repeat(100).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        Files.createSymbolicLink(base.resolve("d0/chunks/link"), base);
        RescueSummary summary = rescue();
        assertThat(summary.isComplete()).isTrue();
        assertThat(summary.badReplicas()).isEqualTo(2);
        assertThat(heard.troubles).hasSize(2);
    }

    @Test
    void disksOfTwoClustersAreRefused() throws IOException {
        disks.save(1, "/f", 1);
        try (TestDisks others = new TestDisks(base.resolve("others"), 1, new ClusterId(new UUID(9, 9)))) {
            others.save(1, "/f", 1);
            List<Path> all = Stream.concat(disks.roots().stream(), others.roots().stream())
                    .toList();
            assertThatThrownBy(() -> new Rescue(all, target, KnownNames.NONE, heard).run())
                    .hasMessageContaining("one cluster at a time");
        }
    }

    @Test
    void aDirectoryWithoutChunksIsRefused() {
        assertThatThrownBy(() -> new Rescue(List.of(base), target, KnownNames.NONE, heard).run())
                .hasMessageContaining("chunks");
        assertThat(target).doesNotExist();
    }

    @Test
    void aTargetAmongTheChunksIsRefused() {
        Path inside = base.resolve("d0/chunks/out");
        assertThatThrownBy(() -> new Rescue(disks.roots(), inside, KnownNames.NONE, heard).run())
                .hasMessageContaining("among the chunks");
        assertThat(inside).doesNotExist();
    }

    private static ChunkNumberRanges numbers(String... numbers) {
        ChunkNumberRanges.Builder all = new ChunkNumberRanges.Builder();
        Arrays.stream(numbers).mapToInt(Integer::parseInt).forEach(all::add);
        return all.build();
    }
}
