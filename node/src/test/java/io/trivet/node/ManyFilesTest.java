package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.client.FileToLoad;
import io.trivet.client.FileToSave;
import io.trivet.client.LoadSummary;
import io.trivet.client.Preserve;
import io.trivet.client.Progress;
import io.trivet.client.SaveSummary;
import io.trivet.client.TrivetClient;
import io.trivet.model.ChunkSize;
import io.trivet.model.RemotePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many small files travel together, and each means what it means alone. */
@Timeout(180)
class ManyFilesTest {
    private static final int FILES = 2000;
    private static final int LONGEST = 70 << 10;

    @TempDir
    static Path base;

    private static LocalCluster cluster;
    private static TrivetClient client;
    private static final Map<RemotePath, Path> sources = new TreeMap<>();

    @BeforeAll
    static void start() throws IOException {
        cluster = LocalCluster.start(base.resolve("c"), 3, ChunkSize.DEFAULT);
        client = cluster.client();
        Random random = new Random(7);
        for (int number = 0; number < FILES; number++) {
            byte[] bytes = new byte[number < 3 ? number : random.nextInt(LONGEST)];
            random.nextBytes(bytes);
            Path source = Files.createDirectories(base.resolve("s").resolve("d" + number % 7))
                    .resolve("f" + number);
            Files.write(source, bytes);
            sources.put(RemotePath.parse("/many/d" + number % 7 + "/f" + number), source);
        }
    }

    @AfterAll
    static void stop() {
        client.close();
        cluster.close();
    }

    @Test
    void whatIsSavedTogetherIsLoadedTogether() throws IOException {
        long begin = System.nanoTime();
        Map<RemotePath, SaveSummary> saved = save();
        long middle = System.nanoTime();
        assertThat(saved).hasSize(FILES);
        Map<RemotePath, Path> targets = load(base.resolve("t"));
        System.out.println("SAVE " + (middle - begin) / 1_000_000 + " LOAD " + (System.nanoTime() - middle) / 1_000_000);
        for (Map.Entry<RemotePath, Path> each : targets.entrySet()) {
            assertThat(each.getValue()).hasSameBinaryContentAs(sources.get(each.getKey()));
        }
    }

    private static Map<RemotePath, SaveSummary> save() {
        Map<RemotePath, SaveSummary> saved = new ConcurrentHashMap<>();
        List<FileToSave> files = new ArrayList<>();
        sources.forEach((path, source) -> files.add(new FileToSave(source, path, Preserve.USUAL, Progress.NONE)));
        client.saveAll(files, new FileToSave.Listener() {
            @Override
            public void saved(FileToSave file, SaveSummary summary) {
                saved.put(file.target(), summary);
            }

            @Override
            public void failed(FileToSave file, RuntimeException failure) {
                throw failure;
            }
        });
        return saved;
    }

    private static Map<RemotePath, Path> load(Path into) throws IOException {
        Files.createDirectories(into);
        Map<RemotePath, Path> loaded = new ConcurrentHashMap<>();
        List<FileToLoad> files = new ArrayList<>();
        for (RemotePath path : sources.keySet()) {
            files.add(new FileToLoad(path, into.resolve(path.name()), Preserve.USUAL, Progress.NONE));
        }
        client.loadAll(files, new FileToLoad.Listener() {
            @Override
            public void loaded(FileToLoad file, LoadSummary summary) {
                loaded.put(file.source(), file.target());
            }

            @Override
            public void failed(FileToLoad file, RuntimeException failure) {
                throw failure;
            }
        });
        assertThat(loaded).hasSize(FILES);
        return loaded;
    }
}
