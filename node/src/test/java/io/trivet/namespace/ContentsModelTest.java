package io.trivet.namespace;

import static io.trivet.namespace.Scene.path;
import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Attributes;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkRange;
import io.trivet.model.ChunkSize;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.IdState;
import io.trivet.model.NameEntry;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Refusal.Kind;
import io.trivet.model.SessionId;
import io.trivet.model.Sha256;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Rules 1, 3 and 5 for all that shares contents at once: saves, pieces, copies, changes, the trash,
 * restores, directories that are taken apart in steps, and the end of the grace, in random order.
 * Compared with {@link ContentsReference} every few operations. 10,000 operations;
 * {@code -Dtrivet.long=true}: 1,000,000.
 */
final class ContentsModelTest {
    private static final int OPERATIONS = Boolean.getBoolean("trivet.long") ? 1_000_000 : 10_000;
    private static final int OF_ONE_NAMESPACE = 800;

    private static final int LOOK = 8;
    private static final int LOOK_AT_ALL = 40;
    private static final int BACK_UP = 400;

    /** More files in the trash make it slow, and show nothing more. */
    private static final int MUCH_TRASH = 12;

    @Test
    @Timeout(3600)
    void whatIsKeptIsWhatTheFilesNeed() {
        Random seeds = new Random();
        long operations = 0;
        while (operations < OPERATIONS) {
            long seed = Long.getLong("trivet.seed", seeds.nextLong());
            try {
                operations += new History(new Random(seed)).run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("-Dtrivet.seed=" + seed + ": " + e.getMessage(), e);
            }
        }
    }

    private static final class History {
        private static final List<String> OWNERS = List.of("ada", "eve", "");
        private static final List<String> PATHS =
                List.of("/a", "/b", "/c", "/d/a", "/d/b", "/e/a", "/e/b", "/d/x/a", "/e/x/b");
        private static final List<String> DIRECTORIES = List.of("/d", "/e", "/d/x");
        private static final ChunkSize PIECES = Command.Reserve.SMALLEST_CHOSEN;
        private static final long PIECE = 2L * PIECES.bytes();

        private record Pieces(String path, TreeMap<Integer, Long> lengths) {}

        private final Random random;
        private final Scene scene = Scene.of(3);
        private final SessionId session = scene.session();
        private final ContentsReference reference = new ContentsReference();
        private final Map<FileId, Pieces> uploads = new LinkedHashMap<>();

        /** Every id that was given out. */
        private final Set<FileId> ids = new TreeSet<>();

        /** Contents whose grace may be over. */
        private final Set<FileId> mayBeDead = new HashSet<>();

        private long sequence;
        private long sent;
        private int acts;

        History(Random random) {
            this.random = random;
            scene.apply(new Command.SetQuota(path("/"), 1L << 50, null)); // from now on all is counted
            while (scene.namespace.isCounting()) {
                scene.apply(new Command.CountUse(1000));
            }
        }

        long run() {
            while (sent < OF_ONE_NAMESPACE) {
                act();
                reference.look(scene.now());
                acts++;
                if (acts % LOOK == 0) {
                    checkWanted();
                    reference.files.values().forEach(this::checkFile);
                }
                if (acts % LOOK_AT_ALL == 0) {
                    checkStates();
                }
                if (acts % BACK_UP == 0) {
                    checkBackup();
                }
            }
            dissolve(100);
            checkWanted();
            checkStates();
            checkBackup();
            return sent;
        }

        private void act() {
            if (reference.trash.size() > MUCH_TRASH) {
                discard(); // all that is there
                return;
            }
            switch (random.nextInt(24)) {
                case 0, 1, 2 -> save();
                case 3, 4, 5, 6, 7 -> change();
                case 8, 9, 10 -> copy();
                case 11, 12 -> remove();
                case 13 -> removeDirectory();
                case 14 -> rename();
                case 15 -> renameDirectory();
                case 16 -> untrash();
                case 17 -> discard();
                case 18 -> forget();
                case 19 -> dissolve(1 + random.nextInt(4));
                case 20 -> setTrash();
                case 21 -> create();
                case 22 -> changeWhatIsNotThere();
                default -> pieces();
            }
        }

        private Outcome apply(Command command) {
            sent++;
            sequence++;
            return scene.apply(List.of(new Operation(session, sequence, sequence, command)))
                    .getFirst();
        }

        private FileRecord committed(Command command) {
            Outcome outcome = apply(command);
            assertThat(outcome).isInstanceOf(Outcome.Committed.class);
            return ((Outcome.Committed) outcome).record();
        }

        private <T> T any(Collection<T> some) {
            if (some.isEmpty()) {
                throw new IllegalStateException("nothing there yet");
            }
            return some.stream().skip(random.nextInt(some.size())).findFirst().orElseThrow();
        }

        private String anyPath() {
            return any(PATHS);
        }

        private FileId reserve(ChunkSize chunkSize) {
            FileId id = ((Outcome.Reserved) apply(new Command.Reserve(1, -1, 0, chunkSize))).start();
            ids.add(id);
            return id;
        }

        private static List<ChunkId> chunks(FileId file, int count) {
            return IntStream.rangeClosed(1, count)
                    .mapToObj(number -> new ChunkId(file, number))
                    .toList();
        }

        private void save() {
            String at = anyPath();
            int count = 1 + random.nextInt(6);
            FileId id = reserve(PIECES);
            long size = (count - 1L) * PIECES.bytes() + 1 + random.nextInt(PIECES.bytes());
            FileRecord record = committed(
                    new Command.Commit(id, path(at), size, 0x1234, Scene.BIRTH, any(OWNERS), 0640, List.of()));
            named(record, chunks(id, count), at);
        }

        private void named(FileRecord record, List<ChunkId> chunks, String at) {
            ids.add(record.id());
            reference.store(record, chunks);
            reference.put(ContentsReference.File.of(record, chunks, at));
        }

        private void change() {
            if (reference.files.isEmpty()) {
                return;
            }
            String at = any(reference.files.keySet());
            ContentsReference.File before = reference.files.get(at);
            FileRecord there = record(at);
            ChunkSize chunkSize = there.chunkCount() == 0 ? PIECES : there.chunkSize();
            FileId id = reserve(chunkSize);
            int count = random.nextInt(3) > 0 ? before.chunks().size() : random.nextInt(7);
            long size = count == 0
                    ? 0
                    : (count - 1L) * chunkSize.bytes()
                            + (random.nextBoolean() ? chunkSize.bytes() : 1 + random.nextInt(chunkSize.bytes()));
            List<ChunkRange> ranges = new ArrayList<>();
            List<ChunkId> chunks = new ArrayList<>();
            for (int number = 1; number <= count; number++) {
                boolean must = number > before.chunks().size()
                        || chunkSize.lengthOf(number, size) != there.chunkLength(number);
                if (must || random.nextInt(3) == 0) {
                    ranges.add(new ChunkRange(number, number));
                    chunks.add(new ChunkId(id, number));
                } else {
                    chunks.add(before.chunks().get(number - 1));
                }
            }
            FileRecord after = committed(new Command.ChangeFile(
                    id, path(at), before.id(), size, 0x77, null, ranges, Scene.BIRTH, List.of(), List.of()));
            reference.store(after, chunks);
            reference.replace(ContentsReference.File.of(after, chunks, at));
        }

        /** The file that was read has not the name any more. */
        private void changeWhatIsNotThere() {
            if (reference.files.isEmpty()) {
                return;
            }
            String at = any(reference.files.keySet());
            FileId base = any(ids);
            if (base.equals(reference.files.get(at).id())) {
                return;
            }
            FileId id = reserve(PIECES);
            Scene.assertRefused(
                    apply(new Command.ChangeFile(
                            id,
                            path(at),
                            base,
                            1,
                            0,
                            null,
                            List.of(new ChunkRange(1, 1)),
                            Scene.BIRTH,
                            List.of(),
                            List.of())),
                    Kind.CONDITION_FAILED);
            apply(new Command.Abandon(id));
        }

        private void copy() {
            if (reference.files.isEmpty()) {
                return;
            }
            ContentsReference.File from = any(reference.files.values());
            String to = anyPath();
            if (!from.path().equals(to)) {
                named(
                        committed(new Command.Copy(path(from.path()), path(to), any(OWNERS), null, null, null)),
                        from.chunks(),
                        to);
            }
        }

        private void create() {
            String at = anyPath();
            assertThat(apply(new Command.Create(path(at), any(OWNERS), Scene.BIRTH, 0600, Attributes.NONE, "")))
                    .isInstanceOf(Outcome.Committed.class);
            named(record(at), List.of(), at);
        }

        private void remove() {
            if (!reference.files.isEmpty()) {
                String at = any(reference.files.keySet());
                boolean now = random.nextInt(3) == 0;
                done(new Command.Remove(path(at), false, now));
                reference.remove(at, now);
            }
        }

        private void removeDirectory() {
            String at = any(DIRECTORIES);
            if (reference.directories.contains(at)) {
                boolean now = random.nextInt(3) == 0;
                done(new Command.Remove(path(at), true, now));
                reference.removeDirectory(at, now);
            }
        }

        private void rename() {
            if (reference.files.isEmpty()) {
                return;
            }
            ContentsReference.File from = any(reference.files.values());
            String to = anyPath();
            boolean isThere = reference.directories.contains(ContentsReference.parent(to))
                    || ContentsReference.parent(to).isEmpty();
            if (isThere && !to.equals(from.path())) {
                done(new Command.Rename(path(from.path()), path(to)));
                reference.files.remove(from.path());
                reference.put(from.at(to));
            }
        }

        private void renameDirectory() {
            String from = random.nextBoolean() ? "/d" : "/e";
            String to = from.equals("/d") ? "/e" : "/d";
            if (reference.directories.contains(from) && !reference.directories.contains(to)) {
                done(new Command.Rename(path(from), path(to)));
                reference.renameDirectory(from, to);
            }
        }

        private void untrash() {
            if (reference.trash.isEmpty()) {
                return;
            }
            FileId id = any(reference.trash.keySet());
            String to = anyPath();
            Outcome outcome = apply(new Command.Untrash(id, path(to)));
            if (reference.files.containsKey(to)) {
                Scene.assertRefused(outcome, Kind.ALREADY_EXISTS);
            } else {
                assertThat(outcome).isEqualTo(new Outcome.Done());
                reference.put(reference.trash.remove(id).at(to));
            }
        }

        private void discard() {
            List<FileId> some = new ArrayList<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                some.add(any(ids.isEmpty() ? Set.of(new FileId(1, 1)) : ids));
            }
            if (reference.trash.size() > MUCH_TRASH) {
                some.addAll(reference.trash.keySet());
            } else if (!reference.trash.isEmpty()) {
                some.add(any(reference.trash.keySet()));
            }
            done(new Command.Discard(Instant.ofEpochMilli(Long.MAX_VALUE), some));
            some.forEach(reference.trash::remove);
        }

        private void forget() {
            Instant before = scene.now().minusSeconds(random.nextInt(40));
            List<FileId> some = ids.stream().filter(_ -> random.nextBoolean()).toList();
            done(new Command.ForgetRemoved(before, some));
            some.stream()
                    .filter(id -> reference.unneeded.getOrDefault(id, before).isBefore(before))
                    .forEach(mayBeDead::add);
        }

        private void setTrash() {
            reference.trashIsOn = !reference.trashIsOn;
            done(new Command.SetTrash(reference.trashIsOn ? 3600 : 0));
        }

        private void dissolve(int limit) {
            do {
                done(new Command.Dissolve(limit));
            } while (random.nextBoolean() || limit > 4 && scene.namespace.hasDetached());
            if (!scene.namespace.hasDetached()) {
                reference.dissolved();
            } else {
                partly();
            }
        }

        /** Which files were taken out, only the rows of the trash say; those of others linger. */
        private void partly() {
            List<ContentsReference.Detached> inTrash = reference.detached.stream()
                    .filter(each -> each.kept()
                            && scene.namespace.trashed(each.file().id()).isPresent())
                    .toList();
            reference.detached.removeAll(inTrash);
            inTrash.forEach(each -> reference.trash.put(each.file().id(), each.file()));
        }

        private void done(Command command) {
            assertThat(apply(command)).as("%s", command).isEqualTo(new Outcome.Done());
        }

        private void pieces() {
            if (uploads.size() < 2) {
                String at = anyPath();
                Outcome begun = apply(new Command.BeginUpload(path(at), "eve", PIECE, PIECES));
                FileId id = ((Outcome.Reserved) begun).start();
                ids.add(id);
                uploads.put(id, new Pieces(at, new TreeMap<>()));
            }
            FileId id = any(uploads.keySet());
            Pieces upload = uploads.get(id);
            int action = random.nextInt(8);
            if (action == 0) {
                done(new Command.AbortUpload(id));
                uploads.remove(id);
            } else if (action < 3) {
                complete(id, upload);
            } else {
                int piece = 1 + random.nextInt(3);
                long length = random.nextInt(3) > 0 ? PIECE : 1 + random.nextInt((int) PIECE);
                List<Command.Proof> proofs = IntStream.range(0, Math.toIntExact(Math.ceilDiv(length, PIECES.bytes())))
                        .mapToObj(place -> new Command.Proof(place, Sha256.of(new byte[] {(byte) place}), List.of()))
                        .toList();
                done(new Command.PutPiece(id, piece, length, proofs, List.of(), ""));
                upload.lengths().put(piece, length);
            }
        }

        private void complete(FileId id, Pieces upload) {
            int count = 1 + random.nextInt(3);
            TreeMap<Integer, Long> lengths = upload.lengths();
            boolean whole = lengths.keySet()
                            .equals(IntStream.rangeClosed(1, count).boxed().collect(Collectors.toSet()))
                    && lengths.headMap(count).values().stream().allMatch(length -> length == PIECE);
            Command complete = new Command.CompleteUpload(
                    id, path(upload.path()), count, Scene.BIRTH, "eve", 0600, Attributes.NONE);
            if (!whole) {
                Scene.assertRefused(apply(complete), Kind.BAD_REQUEST);
                return;
            }
            FileRecord record = committed(complete);
            long size = lengths.values().stream().mapToLong(each -> each).sum();
            assertThat(record.size()).isEqualTo(size);
            uploads.remove(id);
            named(record, chunks(id, PIECES.chunksOf(size)), upload.path());
        }

        private FileRecord record(String at) {
            return ((NameEntry.File) scene.find(at)).record();
        }

        private void checkFile(ContentsReference.File file) {
            FileRecord record = record(file.path());
            assertThat(record.id()).as(file.path()).isEqualTo(file.id());
            assertThat(IntStream.rangeClosed(1, record.chunkCount()).mapToObj(record::chunk))
                    .as("chunks of %s", file.path())
                    .isEqualTo(file.chunks());
        }

        private static Set<ChunkId> wanted(Scene of) {
            return of.namespace.wanted(new FileId(1, 1), 10_000).contents().stream()
                    .flatMap(content -> content.chunks().stream()
                            .flatMap(range -> IntStream.rangeClosed(range.from(), range.to())
                                    .mapToObj(content::chunk)))
                    .collect(Collectors.toSet());
        }

        private Set<ChunkId> chunksOf(Set<FileId> contents) {
            return contents.stream()
                    .flatMap(content -> reference.stored.get(content).stream())
                    .collect(Collectors.toSet());
        }

        /** The census asks for these chunks, and for no other. */
        private void checkWanted() {
            Set<ChunkId> needed = chunksOf(reference.contents());
            Set<ChunkId> wanted = wanted(scene);
            assertThat(wanted).containsAll(needed);
            Set<ChunkId> more = new HashSet<>(wanted);
            more.removeAll(needed);
            assertThat(chunksOf(reference.lingering())).containsAll(more);
            if (reference.detached.isEmpty()) {
                for (String owner : OWNERS.subList(0, 2)) {
                    assertThat(scene.namespace.bytesOf(owner)).as(owner).isEqualTo(reference.bytesOf(owner));
                }
            }
            long pieces = uploads.values().stream()
                    .flatMap(upload -> upload.lengths().values().stream())
                    .mapToLong(length -> length)
                    .sum();
            assertThat(scene.namespace.uploadsOf("eve")).isEqualTo(new UserUploads(uploads.size(), pieces));
        }

        private void checkStates() {
            Set<FileId> alive = reference.alive();
            alive.addAll(uploads.keySet());
            Set<FileId> lingering = reference.lingeringIds();
            ids.forEach(id -> {
                IdState state = scene.namespace.stateOf(id);
                if (alive.contains(id)) {
                    assertThat(state).as("%s", id).isEqualTo(new IdState.Alive());
                } else {
                    checkGone(id, state, lingering.contains(id));
                }
            });
        }

        /** Rule 5: a content that no file needs any more has its grace, and ends after it. */
        private void checkGone(FileId id, IdState state, boolean lingers) {
            if (!lingers && !(state instanceof IdState.Dead)) {
                assertThat(state).as("%s", id).isInstanceOf(IdState.Removed.class);
            }
            Instant unneeded = reference.unneeded.get(id);
            if (unneeded != null && state instanceof IdState.Removed removed) {
                assertThat(removed.since()).as("%s", id).isBetween(unneeded, scene.now());
            } else if (unneeded != null && !lingers) {
                assertThat(mayBeDead).as("has its grace").contains(id);
            }
            assertThat(state).as("%s", id).isNotInstanceOf(IdState.Unknown.class);
        }

        /** A backup passes the check of its rows, and what is restored from it keeps the same chunks. */
        private void checkBackup() {
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
                assertThat(wanted(other)).isEqualTo(wanted(scene));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
