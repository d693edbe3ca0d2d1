package io.trivet.faults;

import io.trivet.client.FileToLoad;
import io.trivet.client.FileToSave;
import io.trivet.client.LoadSummary;
import io.trivet.client.Preserve;
import io.trivet.client.Progress;
import io.trivet.client.SaveSummary;
import io.trivet.client.TrivetClient;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Saves and loads of many files in one call. One thread. */
final class BatchWork {
    private final TrivetClient client;
    private final Path local;
    private final RunFigures runFigures;

    /** {@code local} is a directory of its own, for the local files. */
    BatchWork(TrivetClient client, Path local, RunFigures runFigures) {
        this.client = client;
        this.local = local;
        this.runFigures = runFigures;
    }

    /** The failure of each file that may not be saved. Every other one is acknowledged. */
    SortedMap<RemotePath, TrivetException> save(SortedMap<RemotePath, Content> contents) throws IOException {
        Files.createDirectories(local);
        List<FileToSave> files = new ArrayList<>();
        for (Map.Entry<RemotePath, Content> each : contents.entrySet()) {
            Path source = Files.write(
                    local.resolve(Integer.toString(files.size())),
                    each.getValue().bytes());
            files.add(new FileToSave(source, each.getKey(), Preserve.USUAL, Progress.NONE));
        }
        Outcomes outcomes = new Outcomes();
        client.saveAll(files, new FileToSave.Listener() {
            @Override
            public void saved(FileToSave file, SaveSummary summary) {
                outcomes.done(file.target());
            }

            @Override
            public void failed(FileToSave file, RuntimeException failure) {
                outcomes.failed(file.target(), failure);
            }
        });
        return outcomes.failures(contents);
    }

    /**
     * The failure of each file that was not loaded. Every other one was compared; one with other bytes
     * is a violation.
     */
    SortedMap<RemotePath, TrivetException> load(SortedMap<RemotePath, Content> contents) throws IOException {
        Files.createDirectories(local);
        List<FileToLoad> files = new ArrayList<>();
        for (RemotePath path : contents.keySet()) {
            files.add(
                    new FileToLoad(path, local.resolve(Integer.toString(files.size())), Preserve.USUAL, Progress.NONE));
        }
        Outcomes outcomes = new Outcomes();
        client.loadAll(files, new FileToLoad.Listener() {
            @Override
            public void loaded(FileToLoad file, LoadSummary summary) {
                outcomes.done(file.source());
            }

            @Override
            public void failed(FileToLoad file, RuntimeException failure) {
                outcomes.failed(file.source(), failure);
            }
        });
        SortedMap<RemotePath, TrivetException> failures = outcomes.failures(contents);
        for (FileToLoad file : files) {
            if (!failures.containsKey(file.source())) {
                compare(file, Objects.requireNonNull(contents.get(file.source())));
            }
        }
        return failures;
    }

    private void compare(FileToLoad file, Content content) throws IOException {
        ExpectedBytes expected = new ExpectedBytes(content);
        try {
            expected.write(Files.readAllBytes(file.target()));
            expected.requireWhole();
        } catch (ExpectedBytes.WrongBytes e) {
            runFigures.violated(file.source() + ": loaded with others: " + e.getMessage());
        }
    }

    /** What the listener was told. Any thread. */
    private final class Outcomes {
        private final Queue<RemotePath> done = new ConcurrentLinkedQueue<>();
        private final Map<RemotePath, TrivetException> failed = new ConcurrentHashMap<>();

        void done(RemotePath path) {
            done.add(path);
        }

        void failed(RemotePath path, RuntimeException failure) {
            if (failure instanceof TrivetException refused) {
                failed.put(path, refused);
            } else {
                runFigures.violated(path + ": failed in a way that its contract does not know: " + failure);
            }
        }

        /** Each file has exactly one outcome. */
        SortedMap<RemotePath, TrivetException> failures(SortedMap<RemotePath, Content> contents) {
            for (RemotePath path : contents.keySet()) {
                long told = done.stream().filter(path::equals).count() + (failed.containsKey(path) ? 1 : 0);
                if (told != 1) {
                    runFigures.violated(path + ": of many at once, told " + told + " times what became of it");
                }
            }
            return new TreeMap<>(failed);
        }
    }
}
