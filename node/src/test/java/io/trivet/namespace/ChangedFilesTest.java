package io.trivet.namespace;

import static io.trivet.namespace.Scene.assertRefused;
import static io.trivet.namespace.Scene.path;
import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Attributes;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkRange;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.IdState;
import io.trivet.model.NameEntry;
import io.trivet.model.NodeId;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal.Kind;
import io.trivet.model.SessionId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Rules 1, 3 and 5 for files whose chunks are those of several contents. */
final class ChangedFilesTest {
    private static final Instant LATER = Scene.BIRTH.plusSeconds(60);

    private final Scene scene = Scene.of(3);
    private final SessionId session = scene.session();
    private final int chunk = scene.view().chunkSize().bytes();

    private FileRecord save(String path, int chunks) {
        FileId file = scene.reserve(session, 1).start();
        Command.Commit commit = new Command.Commit(
                file, path(path), (long) chunks * chunk, 0x1234, Scene.BIRTH, "ada", 0640, List.of());
        return ((Outcome.Committed) scene.apply(session, commit)).record();
    }

    private Outcome change(FileId base, String path, long size, ChunkRange... chunks) {
        FileId file = scene.reserve(session, 1).start();
        return scene.apply(
                session,
                new Command.ChangeFile(
                        file, path(path), base, size, 0x77, null, List.of(chunks), LATER, List.of(), List.of()));
    }

    private FileRecord changed(FileRecord before, String path, long size, ChunkRange... chunks) {
        return ((Outcome.Committed) change(before.id(), path, size, chunks)).record();
    }

    private FileRecord record(String path) {
        return ((NameEntry.File) scene.find(path)).record();
    }

    private Set<ChunkId> wanted() {
        return scene.namespace.wanted(new FileId(1, 1), 1000).contents().stream()
                .flatMap(content -> content.chunks().stream()
                        .flatMap(range -> java.util.stream.IntStream.rangeClosed(range.from(), range.to())
                                .mapToObj(content::chunk)))
                .collect(Collectors.toSet());
    }

    private void requireConsistent() {
        try {
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            scene.namespace.backup(file);
            Backup.checkRows(new ByteArrayInputStream(file.toByteArray()));
            Scene other = new Scene();
            Backup.replay(
                    new ByteArrayInputStream(file.toByteArray()),
                    new NodeId(1),
                    2,
                    command -> assertThat(other.apply(command)).isEqualTo(new Outcome.Done()));
            other.namespace.requireConsistent(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aChangedFileHasAnotherIdAndSharesWhatDidNotChange() {
        FileRecord before = save("/a", 4);
        scene.apply(
                session, new Command.SetMetadata(path("/a"), null, null, Attributes.NONE.with("user.colour", "blue")));
        FileRecord after = changed(before, "/a", before.size(), new ChunkRange(2, 2));
        assertThat(record("/a")).isEqualTo(after);
        assertThat(after.owner()).isEqualTo("ada");
        assertThat(after.mode()).isEqualTo(0640);
        assertThat(after.modified()).isEqualTo(LATER);
        assertThat(after.chunk(1).file()).isEqualTo(before.id());
        assertThat(after.chunk(2).file()).isEqualTo(after.id());
        assertThat(FileMetadata.attributes(new Transaction(scene.store), after.id())
                        .isEmpty())
                .isFalse();
        scene.assertAlive(before.id());
        scene.assertAlive(after.id());
        assertThat(wanted()).hasSize(5);
        assertThat(scene.namespace.pathOf(before.id())).contains(path("/a"));
        requireConsistent();
    }

    @Test
    void chunksOfAContentInNoFileAreRemovedWithItsGraceAndNothingGoesIntoTheTrash() {
        scene.apply(new Command.SetTrash(3600));
        FileRecord first = save("/a", 4);
        FileRecord second = changed(first, "/a", first.size(), new ChunkRange(2, 2));
        FileRecord third = changed(second, "/a", first.size(), new ChunkRange(2, 2));
        scene.assertRemoved(second.id(), scene.now());
        scene.assertAlive(first.id());
        FileRecord last = changed(third, "/a", first.size(), new ChunkRange(1, 4));
        scene.assertRemoved(first.id(), scene.now());
        scene.assertRemoved(third.id(), scene.now());
        scene.assertAlive(last.id());
        assertThat(wanted()).hasSize(4).allMatch(id -> id.file().equals(last.id()));
        assertThat(scene.namespace.trashed(first.id())).isEmpty();
        assertThat(scene.store.content().keySet()).noneMatch(key -> key.startsWith("B"));
        requireConsistent();
    }

    @Test
    void aCutFileKeepsWhatIsStoredUntilItIsGone() {
        FileRecord before = save("/a", 4);
        FileRecord cut = changed(before, "/a", 2L * chunk);
        assertThat(cut.content()).isEqualTo(before.id());
        assertThat(wanted()).hasSize(4);
        requireConsistent();
        FileRecord longer = changed(cut, "/a", 3L * chunk, new ChunkRange(3, 3));
        assertThat(longer.chunk(3)).isEqualTo(new ChunkId(longer.id(), 3));
        assertThat(longer.chunk(2)).isEqualTo(new ChunkId(before.id(), 2));
        assertThat(wanted()).hasSize(5);
        requireConsistent();
        scene.remove(session, "/a", false);
        scene.assertRemoved(before.id(), scene.now());
        scene.assertRemoved(longer.id(), scene.now());
        assertThat(wanted()).isEmpty();
    }

    @Test
    void aChunkThatAChangeCutsAwayIsStillInACopy() {
        scene.apply(new Command.SetTrash(3600));
        FileRecord before = save("/a", 4);
        scene.apply(session, new Command.Copy(path("/a"), path("/b"), "eve", null, null, null));
        FileRecord after = changed(before, "/a", 3L * chunk, new ChunkRange(2, 2));
        assertThat(scene.namespace.isInFile(before.chunk(4))).isTrue();
        scene.remove(session, "/b", false);
        assertThat(scene.namespace.isInFile(before.chunk(4))).as("in the trash").isTrue();
        assertThat(scene.namespace.isInFile(after.chunk(2))).isTrue();
    }

    /** All chunks of a content are kept together, but what no file has is nobody's loss. */
    @Test
    void aChunkThatAChangeCutsAwayIsInNoFile() {
        FileRecord before = save("/a", 4);
        changed(before, "/a", 3L * chunk, new ChunkRange(2, 2));
        assertThat(wanted()).contains(before.chunk(2), before.chunk(4));
        assertThat(scene.namespace.isInFile(before.chunk(1))).isTrue();
        assertThat(scene.namespace.isInFile(before.chunk(2))).isFalse();
        assertThat(scene.namespace.isInFile(before.chunk(4))).isFalse();
    }

    @Test
    void aCopyOfAChangedFileAndAChangeOfACopyLeaveTheOther() {
        FileRecord before = save("/a", 3);
        FileRecord after = changed(before, "/a", before.size(), new ChunkRange(3, 3));
        FileRecord copy = ((Outcome.Committed)
                        scene.apply(session, new Command.Copy(path("/a"), path("/b"), "eve", null, null, null)))
                .record();
        FileRecord other = changed(copy, "/b", before.size(), new ChunkRange(1, 1));
        assertThat(other.contents()).containsExactly(other.id(), before.id(), after.id());
        requireConsistent();
        scene.remove(session, "/a", false);
        scene.assertAlive(before.id());
        scene.assertAlive(after.id());
        requireConsistent();
        scene.remove(session, "/b", false);
        for (FileId content : other.contents()) {
            scene.assertRemoved(content, scene.now());
        }
    }

    @Test
    void anEmptyFileGetsChunksAndAFileIsCutToNothing() {
        scene.apply(
                session,
                new Command.Create(path("/a"), "ada", Scene.BIRTH, 0600, Attributes.NONE.with("user.b", "c"), ""));
        FileRecord empty = record("/a");
        FileRecord grown = changed(empty, "/a", 2L * chunk, new ChunkRange(1, 2));
        assertThat(grown.contents()).containsExactly(grown.id());
        assertThat(grown.mode()).isEqualTo(0600);
        assertThat(FileMetadata.attributes(new Transaction(scene.store), grown.id())
                        .isEmpty())
                .isFalse();
        requireConsistent();
        FileRecord cut = changed(grown, "/a", 0);
        assertThat(cut.chunkCount()).isZero();
        scene.assertRemoved(grown.id(), scene.now());
        assertThat(wanted()).isEmpty();
        requireConsistent();
        scene.apply(session, new Command.Create(path("/link"), "ada", Scene.BIRTH, 0777, Attributes.NONE, "a"));
        assertRefused(change(fileAt("/link"), "/link", 5, new ChunkRange(1, 1)), Kind.IS_A_LINK);
    }

    private FileId fileAt(String path) {
        return ((NameEntry.Link) scene.find(path)).record().id();
    }

    @Test
    void aChangedFileIsRestoredFromTheTrash() {
        scene.apply(new Command.SetTrash(3600));
        FileRecord before = save("/a", 3);
        FileRecord after = changed(before, "/a", before.size(), new ChunkRange(2, 2));
        scene.remove(session, "/a", false);
        scene.assertAlive(before.id());
        assertThat(wanted()).hasSize(4);
        requireConsistent();
        scene.apply(session, new Command.Untrash(after.id(), path("/again")));
        assertThat(record("/again")).isEqualTo(after);
        requireConsistent();
    }

    @Test
    void whatIsNotTheFileThatWasReadIsNotChanged() {
        FileRecord before = save("/a", 3);
        FileRecord after = changed(before, "/a", before.size(), new ChunkRange(2, 2));
        ChunkRange one = new ChunkRange(1, 1);
        assertRefused(change(before.id(), "/a", before.size(), one), Kind.CONDITION_FAILED);
        assertRefused(change(after.id(), "/b", before.size(), one), Kind.NO_SUCH_FILE);
        assertRefused(change(after.id(), "/a", before.size() + 1, one), Kind.BAD_REQUEST);
        assertRefused(change(after.id(), "/a", -1, one), Kind.BAD_REQUEST);
        scene.make("/d");
        assertRefused(change(after.id(), "/d", before.size(), one), Kind.IS_A_DIRECTORY);
        assertRefused(
                scene.apply(
                        session,
                        new Command.ChangeFile(
                                after.id(),
                                path("/a"),
                                after.id(),
                                after.size(),
                                0,
                                null,
                                List.of(one),
                                LATER,
                                List.of(),
                                List.of())),
                Kind.NOT_OPEN);
        assertThat(record("/a")).isEqualTo(after);
        requireConsistent();
    }

    @Test
    void aQuotaCountsWhatAChangedFileKeeps() {
        FileRecord before = save("/d/a", 3);
        scene.apply(new Command.SetQuota(path("/d"), 4L * chunk, null));
        while (scene.namespace.isCounting()) {
            scene.apply(new Command.CountUse(1000));
        }
        assertRefused(change(before.id(), "/d/a", 5L * chunk, new ChunkRange(4, 5)), Kind.QUOTA);
        FileRecord after = changed(before, "/d/a", 4L * chunk, new ChunkRange(4, 4));
        // Its only chunk is one of three that are kept together.
        FileRecord cut = changed(after, "/d/a", chunk);
        assertThat(scene.namespace.bytesOf("ada")).isEqualTo(3L * chunk);
        assertRefused(change(cut.id(), "/d/a", 3L * chunk, new ChunkRange(2, 3)), Kind.QUOTA);
        changed(cut, "/d/a", 1, new ChunkRange(1, 1)); // nothing of the others is left
        assertThat(scene.namespace.bytesOf("ada")).isEqualTo(1);
    }

    /** A file that is cut after each save would keep all its former bytes beside any quota. */
    @Test
    void cuttingFilesKeepsNoMoreThanAQuotaAllows() {
        scene.apply(new Command.MakeDirectory(path("/d")));
        scene.apply(new Command.SetQuota(path("/d"), 10L * chunk, null));
        scene.apply(new Command.AddUser("ada", new byte[] {1}, List.of()));
        scene.apply(new Command.SetLimits("ada", 10L * chunk, null, null, null));
        while (scene.namespace.isCounting()) {
            scene.apply(new Command.CountUse(1000));
        }
        int kept = 0;
        for (int file = 0; file < 5; file++) {
            FileId open = scene.reserve(session, 1).start();
            Command.Commit commit = new Command.Commit(
                    open, path("/d/" + file), 4L * chunk, 0x1234, Scene.BIRTH, "ada", 0640, List.of());
            if (scene.apply(session, commit) instanceof Outcome.Committed(FileRecord saved)) {
                changed(saved, "/d/" + file, chunk);
                kept++;
            }
        }
        assertThat(kept).isEqualTo(2);
        assertThat(scene.namespace.bytesOf("ada")).isEqualTo(8L * chunk);
        // A copy counts as much as its source.
        Command.Copy copy = new Command.Copy(path("/d/0"), path("/e"), "ada", null, null, null);
        assertRefused(scene.apply(session, copy), Kind.QUOTA);
        scene.remove(session, "/d/1", false);
        assertThat(scene.namespace.bytesOf("ada")).isEqualTo(4L * chunk);
    }

    /** Chunks that were stored under an id, and are in none of its files, need not be kept. */
    @Test
    void aLivingIdNeedsTheChunksOfItsFilesAlone() {
        assertThat(needed(scene.reserve(session, 1).start())).isNull();
        FileRecord plain = save("/d/a", 3);
        assertThat(needed(plain.id())).containsExactly(new ChunkRange(1, 3));
        FileRecord after = changed(plain, "/d/a", 5L * chunk, new ChunkRange(2, 2), new ChunkRange(4, 5));
        assertThat(needed(plain.id())).containsExactly(new ChunkRange(1, 3));
        assertThat(needed(after.id())).containsExactly(new ChunkRange(2, 2), new ChunkRange(4, 5));
        FileRecord cut = changed(after, "/d/a", chunk);
        assertThat(needed(cut.id())).isEmpty(); // all its chunks are of the first content
        assertThat(needed(plain.id())).containsExactly(new ChunkRange(1, 3));
        scene.remove(session, "/d/a", false);
        assertThat(scene.namespace.stateOf(plain.id())).isNotInstanceOf(IdState.Alive.class);
    }

    private @Nullable List<ChunkRange> needed(FileId id) {
        QueryResult.IdStates answer = (QueryResult.IdStates) scene.namespace.answer(new Query.IdStates(List.of(id)));
        return ((IdState.Alive) answer.states().getFirst()).chunks();
    }

    /** Compares which ids are alive, and which chunks are needed, with a list of chunks for each name. */
    @Property(tries = 150)
    void anyChangesCopiesAndRemovalsAgreeWithLists(@ForAll @LongRange(min = 0, max = Long.MAX_VALUE) long seed) {
        new ChangedFilesTest().compare(new Random(seed)); // each try has a namespace of its own
    }

    private void compare(Random random) {
        Map<String, FileRecord> files = new TreeMap<>();
        Map<FileId, Set<ChunkId>> stored = new HashMap<>();
        for (int step = 0; step < 60; step++) {
            String path = "/" + (char) ('a' + random.nextInt(4));
            FileRecord there = files.get(path);
            switch (random.nextInt(8)) {
                case 0 -> {
                    FileRecord saved = save(path, 1 + random.nextInt(6));
                    stored.put(saved.id(), chunksOf(saved));
                    files.put(path, saved);
                }
                case 1 -> {
                    if (there != null) {
                        scene.remove(session, path, false);
                        files.remove(path);
                    }
                }
                case 2 -> {
                    String to = "/" + (char) ('a' + random.nextInt(4));
                    if (there != null && !to.equals(path)) {
                        files.put(
                                to,
                                ((Outcome.Committed) scene.apply(
                                                session,
                                                new Command.Copy(path(path), path(to), "eve", null, null, null)))
                                        .record());
                    }
                }
                default -> {
                    if (there != null) {
                        files.put(path, changedAtRandom(random, there, path, stored));
                    }
                }
            }
            Set<FileId> contents = files.values().stream()
                    .flatMap(file -> file.contents().stream())
                    .collect(Collectors.toSet());
            Set<ChunkId> needed = new HashSet<>();
            contents.forEach(content -> needed.addAll(stored.get(content)));
            assertThat(wanted()).isEqualTo(needed);
            for (FileRecord file : files.values()) {
                assertThat(needed).containsAll(chunksOf(file));
            }
            Set<FileId> alive = new HashSet<>(contents); // and the ids of files that have none of their own chunks
            files.values().forEach(file -> alive.add(file.id()));
            stored.keySet()
                    .forEach(id -> assertThat(scene.namespace.stateOf(id) instanceof IdState.Alive)
                            .isEqualTo(alive.contains(id)));
            for (FileId id : alive) {
                List<ChunkRange> ranges = Objects.requireNonNull(needed(id));
                assertThat(stored.getOrDefault(id, Set.of()))
                        .as("%s", id)
                        .hasSize(ranges.stream().mapToInt(ChunkRange::count).sum())
                        .allMatch(each -> ranges.stream().anyMatch(range -> range.contains(each.number())));
            }
        }
        requireConsistent();
    }

    private static Set<ChunkId> chunksOf(FileRecord file) {
        Set<ChunkId> chunks = new HashSet<>();
        for (int number = 1; number <= file.chunkCount(); number++) {
            chunks.add(file.chunk(number));
        }
        return chunks;
    }

    private FileRecord changedAtRandom(Random random, FileRecord there, String path, Map<FileId, Set<ChunkId>> stored) {
        int count = random.nextBoolean() ? there.chunkCount() : 1 + random.nextInt(6);
        long size = (count - 1L) * chunk + (random.nextBoolean() ? chunk : 1 + random.nextInt(chunk));
        List<ChunkRange> ranges = new ArrayList<>();
        for (int n = 1; n <= count; n++) {
            boolean must = n > there.chunkCount() || there.chunkSize().lengthOf(n, size) != there.chunkLength(n);
            if (must || random.nextInt(3) == 0) {
                ranges.add(new ChunkRange(n, n));
            }
        }
        FileRecord after = changed(there, path, size, ranges.toArray(ChunkRange[]::new));
        stored.put(
                after.id(),
                ranges.stream()
                        .map(range -> new ChunkId(after.id(), range.from()))
                        .collect(Collectors.toSet()));
        return after;
    }
}
