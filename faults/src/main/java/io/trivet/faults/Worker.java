package io.trivet.faults;

import io.trivet.client.FileEdit;
import io.trivet.client.MetadataChange;
import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.model.FileRecord;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * A client that works in its own directory: a seeded mix of saves, overwrites, loads, renames,
 * removals and listings, each compared with what must be there.
 *
 * <p>After a failed change, the worker determines the current state before it continues. It first
 * gets another change acknowledged: the session's numbers only rise, so nothing sent earlier can be
 * applied after that (rule 10). What it then sees must be the state before the change, or, if the
 * outcome was unknown, the state before or after. One thread, except {@link #world}.
 */
final class Worker implements Workload.Labour {
    private static final Duration SETTLE_LIMIT = Duration.ofMinutes(2);
    private static final long SETTLE_PAUSE_NANOS = 100_000_000;
    private static final int SUBDIRECTORIES = 3;
    private static final int MOST_AT_ONCE = 40;

    private final TrivetClient client;
    private final PieceWork pieceWork;
    private final BatchWork batchWork;
    private final RemotePath directory;
    private final Path local;
    private final WorkMix mix;
    private final Random random;
    private final RunFigures runFigures;
    private volatile ExpectedTree expectedTree;
    private int saves;

    /**
     * @param second helps with uploads in pieces
     * @param local a directory of its own, for saves and loads of local files
     */
    Worker(
            TrivetClient client,
            TrivetClient second,
            RemotePath directory,
            Path local,
            WorkMix mix,
            long seed,
            RunFigures runFigures) {
        this.client = client;
        this.pieceWork = new PieceWork(client, second, mix.chunkBytes());
        this.batchWork = new BatchWork(client, local.resolve("many"), runFigures);
        this.directory = directory;
        this.local = local.resolve("file");
        this.mix = mix;
        this.random = new Random(seed);
        this.runFigures = runFigures;
        this.expectedTree = ExpectedTree.of(directory);
    }

    RemotePath directory() {
        return directory;
    }

    /** What must be there; exact while no {@link #step} is in progress. */
    ExpectedTree world() {
        return expectedTree;
    }

    /**
     * Sets the state after the cluster was restored to it. Only while no {@link #step} is in
     * progress.
     */
    void believe(ExpectedTree then) {
        expectedTree = then;
    }

    /**
     * Creates the directory. Throws if that fails, because the cluster is healthy at the beginning
     * of a run.
     */
    void begin() throws IOException {
        Files.createDirectories(local.getParent());
        client.makeDirectory(directory);
    }

    /** One operation, until its outcome is certain. */
    @Override
    public void step() throws IOException {
        pieceWork.giveUpFailed();
        if (mix.isSmall(random)) {
            smallFiles();
            return;
        }
        int dice = random.nextInt(100);
        if (dice < 22) {
            change(save());
        } else if (dice < 29) {
            Content content = Content.of(random.nextLong() ^ ++saves, 1 + random.nextInt(5 * mix.chunkBytes()));
            change(new WorkerChange.Pieces(file(), content));
        } else if (dice < 30) {
            putAndGiveUp();
        } else if (dice < 38) {
            writeSomewhere();
        } else if (dice < 40) {
            copyFile();
        } else if (dice < 68) {
            loadSomething();
        } else if (dice < 78) {
            renameFile();
        } else if (dice < 86) {
            removeFile();
        } else if (dice < 89) {
            renameDirectory();
        } else if (dice < 91) {
            change(new WorkerChange.Remove(subdirectory()));
        } else {
            list();
        }
    }

    private WorkerChange save() {
        int size = mix.size(random);
        long seed = random.nextLong() ^ ++saves;
        return new WorkerChange.Save(file(), Content.of(seed, size), random.nextBoolean());
    }

    private void smallFiles() throws IOException {
        int dice = random.nextInt(100);
        if (dice < 40) {
            saveMany();
        } else if (dice < 60) {
            loadMany();
        } else if (dice < 80) {
            removeFile();
        } else if (dice < 90) {
            renameFile();
        } else {
            loadSomething();
        }
    }

    private void saveMany() throws IOException {
        SortedMap<RemotePath, Content> batch = new TreeMap<>();
        for (int left = 2 + random.nextInt(MOST_AT_ONCE); left > 0; left--) {
            batch.put(file(), Content.of(random.nextLong() ^ ++saves, mix.size(random)));
        }
        long begin = System.nanoTime();
        SortedMap<RemotePath, TrivetException> failures = batchWork.save(batch);
        for (Map.Entry<RemotePath, Content> saved : batch.entrySet()) {
            if (!failures.containsKey(saved.getKey())) {
                expectedTree = expectedTree.withFile(saved.getKey(), saved.getValue());
            }
        }
        count("SaveMany", failures, begin);
        if (!failures.isEmpty()) {
            settle(() -> seen(batch, expectedTree, failures));
        }
    }

    private void loadMany() throws IOException {
        SortedMap<RemotePath, Content> batch = new TreeMap<>();
        expectedTree.files().forEach((path, content) -> {
            if (batch.size() < MOST_AT_ONCE && random.nextBoolean()) {
                batch.put(path, content);
            }
        });
        long begin = System.nanoTime();
        SortedMap<RemotePath, TrivetException> failures = batchWork.load(batch);
        count("LoadMany", failures, begin);
        failures.forEach((path, failure) -> {
            if (failure.kind() == Refusal.Kind.NO_SUCH_FILE) {
                runFigures.violated(
                        path + ": cannot be loaded with others, although it was saved: " + failure.getMessage());
            }
        });
    }

    private void count(String what, SortedMap<RemotePath, TrivetException> failures, long begin) {
        long nanos = System.nanoTime() - begin;
        if (failures.isEmpty()) {
            runFigures.done(nanos);
        }
        failures.values().forEach(failure -> runFigures.failed(what + " " + failure.kind(), nanos));
    }

    /** Pieces of an upload that nobody completes change nothing. */
    private void putAndGiveUp() throws IOException {
        long begin = System.nanoTime();
        try {
            pieceWork.putAndGiveUp(
                    file(), Content.of(random.nextLong() ^ ++saves, 1 + random.nextInt(2 * mix.chunkBytes())));
            runFigures.done(System.nanoTime() - begin);
        } catch (TrivetException e) {
            runFigures.failed("Abort " + e.kind(), System.nanoTime() - begin);
        }
    }

    private RemotePath subdirectory() {
        return directory.resolve("d" + random.nextInt(SUBDIRECTORIES));
    }

    private RemotePath file() {
        return subdirectory().resolve("f" + random.nextInt(mix.files()));
    }

    private void renameFile() throws IOException {
        RemotePath from = file();
        RemotePath to = file();
        if (expectedTree.files().containsKey(from) && expectedTree.directories().contains(to.parent())) {
            change(new WorkerChange.Rename(from, to));
        }
    }

    /** In the middle of a file, or behind its end. */
    private void writeSomewhere() throws IOException {
        List<RemotePath> files = expectedTree.files().entrySet().stream()
                .filter(file -> file.getValue().writes().size() < Content.MAX_WRITES)
                .map(Map.Entry::getKey)
                .toList();
        if (files.isEmpty()) {
            change(save());
            return;
        }
        RemotePath path = files.get(random.nextInt(files.size()));
        int size = Objects.requireNonNull(expectedTree.files().get(path)).size();
        int position = random.nextBoolean() ? size : random.nextInt(size + 1);
        int length = 1 + random.nextInt(random.nextBoolean() ? 500 : 2 * mix.chunkBytes());
        change(new WorkerChange.Write(path, new Content.Write(position, random.nextLong() ^ ++saves, length)));
    }

    private void copyFile() throws IOException {
        RemotePath from = file();
        RemotePath to = file();
        if (!from.equals(to) && expectedTree.files().containsKey(from)) {
            change(new WorkerChange.Copy(from, to));
        }
    }

    private void renameDirectory() throws IOException {
        RemotePath from = subdirectory();
        RemotePath to = subdirectory();
        if (expectedTree.directories().contains(from)
                && !expectedTree.directories().contains(to)) {
            change(new WorkerChange.Rename(from, to));
        }
    }

    private void removeFile() throws IOException {
        change(new WorkerChange.Remove(file()));
    }

    private void change(WorkerChange workerChange) throws IOException {
        ExpectedTree before = expectedTree;
        if (workerChange instanceof WorkerChange.Remove(RemotePath path) && !isThere(path)) {
            expectMissing(path);
            return;
        }
        ExpectedTree after = workerChange.applied(before);
        long begin = System.nanoTime();
        try {
            send(workerChange);
            expectedTree = after;
            runFigures.done(System.nanoTime() - begin);
        } catch (TrivetException e) {
            runFigures.failed(workerChange.getClass().getSimpleName() + " " + e.kind(), System.nanoTime() - begin);
            settle(() -> seen(workerChange, before, after, e));
        }
    }

    private boolean isThere(RemotePath path) {
        return expectedTree.files().containsKey(path)
                || expectedTree.directories().contains(path);
    }

    private void send(WorkerChange workerChange) throws IOException {
        switch (workerChange) {
            case WorkerChange.Save save
            when save.asStream() ->
                client.save(new ByteArrayInputStream(save.content().bytes()), save.path(), Progress.NONE);
            case WorkerChange.Save save -> {
                Files.write(local, save.content().bytes());
                client.save(local, save.path(), Progress.NONE);
            }
            case WorkerChange.Pieces(RemotePath path, Content content) -> pieceWork.save(path, content);
            case WorkerChange.Write(RemotePath path, Content.Write write)
            when write.position()
                    == Objects.requireNonNull(expectedTree.files().get(path)).size() ->
                client.append(path, new ByteArrayInputStream(write.bytes()));
            case WorkerChange.Write(RemotePath path, Content.Write write) -> {
                try (FileEdit edit = client.edit(path)) {
                    edit.write(write.position(), ByteBuffer.wrap(write.bytes()));
                    edit.commit();
                }
            }
            case WorkerChange.Copy copy -> client.copy(copy.from(), copy.to(), MetadataChange.NONE);
            case WorkerChange.MakeDirectory make -> client.makeDirectory(make.path());
            case WorkerChange.Rename rename -> client.rename(rename.from(), rename.to());
            case WorkerChange.Remove remove -> client.remove(remove.path(), true);
        }
    }

    /** {@code seen} tells what is there once nothing that was sent earlier can be applied. */
    private void settle(Supplier<ExpectedTree> seen) {
        long end = System.nanoTime() + SETTLE_LIMIT.toNanos();
        while (true) {
            try {
                client.makeDirectory(directory);
                expectedTree = seen.get();
                return;
            } catch (TrivetException e) {
                if (System.nanoTime() - end > 0) {
                    runFigures.violated(directory + ": nothing answers after " + SETTLE_LIMIT + ": " + e.getMessage());
                    return;
                }
                LockSupport.parkNanos(SETTLE_PAUSE_NANOS);
            }
        }
    }

    private ExpectedTree seen(
            WorkerChange workerChange, ExpectedTree before, ExpectedTree after, TrivetException failure) {
        ObservedTree found = ObservedTree.of(client, directory);
        if (found.agreesWith(before)) {
            return before;
        }
        String outcome = failure.kind() + " (" + failure.getMessage() + ")";
        if (!found.agreesWith(after)) {
            runFigures.violated(workerChange + " ended with " + outcome + " and left neither the old nor the new: "
                    + found.differences(before));
            return before;
        }
        if (failure.kind() != Refusal.Kind.OUTCOME_UNKNOWN) {
            runFigures.violated(workerChange + " was said to have failed with " + outcome + " and has happened");
        }
        return after;
    }

    /** After many saves at once, some of which failed: each of these is there as a whole, or not at all. */
    private ExpectedTree seen(
            SortedMap<RemotePath, Content> batch,
            ExpectedTree acknowledged,
            SortedMap<RemotePath, TrivetException> failures) {
        ObservedTree found = ObservedTree.of(client, directory);
        ExpectedTree expected = acknowledged;
        for (Map.Entry<RemotePath, TrivetException> failure : failures.entrySet()) {
            RemotePath path = failure.getKey();
            Content content = Objects.requireNonNull(batch.get(path));
            FileRecord record = found.files().get(path);
            if (record != null && content.isSaidBy(record)) {
                expected = expected.withFile(path, content);
                if (failure.getValue().kind() != Refusal.Kind.OUTCOME_UNKNOWN) {
                    runFigures.violated("the save of " + path + " with others was said to have failed with "
                            + failure.getValue().kind() + " and has happened");
                }
            }
        }
        for (String line : found.differences(expected)) {
            runFigures.violated("after many saves at once: " + line);
        }
        return expected;
    }

    private void loadSomething() throws IOException {
        List<RemotePath> files = List.copyOf(expectedTree.files().keySet());
        if (random.nextInt(8) == 0 || files.isEmpty()) {
            RemotePath any = file();
            if (!isThere(any)) {
                expectMissing(any);
                return;
            }
        }
        if (!files.isEmpty()) {
            load(files.get(random.nextInt(files.size())));
        }
    }

    private void load(RemotePath path) throws IOException {
        Content content = Objects.requireNonNull(expectedTree.files().get(path));
        long begin = System.nanoTime();
        try {
            if (random.nextBoolean()) {
                loadToStream(client, path, content);
            } else {
                loadToFile(path, content);
            }
            runFigures.done(System.nanoTime() - begin);
        } catch (TrivetException e) {
            runFigures.failed("Load " + e.kind(), System.nanoTime() - begin);
            if (e.kind() == Refusal.Kind.NO_SUCH_FILE) {
                runFigures.violated(path + ": cannot be loaded, although it was saved: " + e.getMessage());
            }
        } catch (ExpectedBytes.WrongBytes e) {
            runFigures.violated(path + ": " + e.getMessage());
        }
    }

    /** Throws {@link ExpectedBytes.WrongBytes} for any other content. */
    static void loadToStream(TrivetClient client, RemotePath path, Content content) throws IOException {
        ExpectedBytes expected = new ExpectedBytes(content);
        client.load(path, expected, Progress.NONE);
        expected.requireWhole();
    }

    private void loadToFile(RemotePath path, Content content) throws IOException {
        client.load(path, local, Progress.NONE);
        ExpectedBytes expected = new ExpectedBytes(content);
        expected.write(Files.readAllBytes(local));
        expected.requireWhole();
    }

    private void expectMissing(RemotePath path) {
        long begin = System.nanoTime();
        try {
            runFigures.violated(path + ": is there, although it was removed or never saved: " + client.stat(path));
        } catch (TrivetException e) {
            if (e.kind() == Refusal.Kind.NO_SUCH_FILE) {
                runFigures.done(System.nanoTime() - begin);
            } else {
                runFigures.failed("Stat " + e.kind(), System.nanoTime() - begin);
            }
        }
    }

    private void list() {
        long begin = System.nanoTime();
        try {
            ObservedTree found = ObservedTree.of(client, directory);
            found.differences(expectedTree).forEach(line -> runFigures.violated("listing: " + line));
            runFigures.done(System.nanoTime() - begin);
        } catch (TrivetException e) {
            runFigures.failed("List " + e.kind(), System.nanoTime() - begin);
        }
    }
}
