package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.client.FileCheck;
import io.trivet.client.FileEdit;
import io.trivet.client.FilePlacement;
import io.trivet.client.MetadataChange;
import io.trivet.client.Progress;
import io.trivet.client.RemoteInput;
import io.trivet.client.TrivetClient;
import io.trivet.model.ChunkSize;
import io.trivet.model.Debt;
import io.trivet.model.FileRecord;
import io.trivet.model.NameEntry;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes and appends on three real nodes, with chunks of 64 KiB so that small files have many. */
class FileEditTest {
    private static final int CHUNK = 64 << 10;

    @TempDir
    static Path base;

    private static LocalCluster cluster;
    private static TrivetClient client;

    @BeforeAll
    static void start() throws IOException {
        cluster = LocalCluster.start(base.resolve("cluster"), 3, new ChunkSize(CHUNK));
        client = cluster.client();
    }

    @AfterAll
    static void stop() {
        client.close();
        cluster.close();
    }

    private static RemotePath path(String text) {
        return RemotePath.parse(text);
    }

    private static byte[] bytes(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static FileRecord save(RemotePath path, byte[] bytes) throws IOException {
        return client.save(new ByteArrayInputStream(bytes), path, Progress.NONE).record();
    }

    private static FileRecord record(RemotePath path) {
        return ((NameEntry.File) client.stat(path)).record();
    }

    /** By every way of reading: in order, at positions, to a file, and by the nodes themselves. */
    private static void holds(RemotePath path, byte[] expected) throws IOException {
        ByteArrayOutputStream streamed = new ByteArrayOutputStream();
        client.load(path, streamed, Progress.NONE);
        assertThat(streamed.toByteArray()).isEqualTo(expected);
        Path local = base.resolve("loaded");
        client.load(path, local, Progress.NONE);
        assertThat(Files.readAllBytes(local)).isEqualTo(expected);
        try (RemoteInput input = client.open(path)) {
            assertThat(Channels.newInputStream(input).readAllBytes()).isEqualTo(expected);
        }
        FileCheck check = client.replicas().verify(path, Progress.NONE);
        assertThat(check.isWhole()).isTrue();
        for (FilePlacement.ChunkPlacement chunk : client.replicas().where(path).chunks()) {
            assertThat(chunk.nodes()).hasSize(2);
        }
    }

    private static FileRecord overwrite(RemotePath path, long position, byte[] bytes) throws IOException {
        try (FileEdit edit = client.edit(path)) {
            edit.write(position, ByteBuffer.wrap(bytes));
            return edit.commit();
        }
    }

    @Test
    void bytesInTheMiddleChangeOneChunk() throws IOException {
        byte[] whole = bytes(5 * CHUNK + 7, 1);
        FileRecord before = save(path("/middle"), whole);
        byte[] some = bytes(100, 2);
        FileRecord after = overwrite(path("/middle"), 2 * CHUNK + 10, some);
        System.arraycopy(some, 0, whole, 2 * CHUNK + 10, some.length);
        assertThat(after.chunk(3).file()).isEqualTo(after.id());
        assertThat(after.chunk(2)).isEqualTo(before.chunk(2));
        assertThat(after.chunk(4)).isEqualTo(before.chunk(4));
        holds(path("/middle"), whole);
        assertThat(record(path("/middle"))).isEqualTo(after);
        assertThat(after.sha256()).isEqualTo(save(path("/same"), whole).sha256());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void anyChangesGiveWhatALocalFileWouldBe(long seed) throws IOException {
        Random random = new Random(seed);
        RemotePath path = path("/random" + seed);
        byte[] whole = bytes(1 + random.nextInt(6 * CHUNK), seed);
        save(path, whole);
        for (int round = 0; round < 12; round++) {
            try (FileEdit edit = client.edit(path)) {
                for (int step = random.nextInt(4); step >= 0; step--) {
                    if (random.nextInt(3) == 0) {
                        int size = random.nextInt(8 * CHUNK);
                        edit.truncate(size);
                        whole = Arrays.copyOf(whole, size);
                    } else {
                        int position = random.nextInt(whole.length + CHUNK);
                        byte[] some = bytes(random.nextInt(random.nextBoolean() ? 50 : 3 * CHUNK), random.nextLong());
                        edit.write(position, ByteBuffer.wrap(some));
                        if (some.length > 0) {
                            whole = Arrays.copyOf(whole, Math.max(whole.length, position + some.length));
                            System.arraycopy(some, 0, whole, position, some.length);
                        }
                    }
                    assertThat(edit.size()).isEqualTo(whole.length);
                }
                edit.commit();
            }
            ByteArrayOutputStream loaded = new ByteArrayOutputStream();
            client.load(path, loaded, Progress.NONE);
            assertThat(loaded.toByteArray())
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(whole);
        }
        holds(path, whole);
    }

    @Test
    void aChangeWithoutCommitChangesNothing() throws IOException {
        byte[] whole = bytes(CHUNK + 7, 3);
        FileRecord before = save(path("/left"), whole);
        try (FileEdit edit = client.edit(path("/left"))) {
            edit.write(3, ByteBuffer.wrap(bytes(9, 4)));
            edit.truncate(5);
        }
        assertThat(record(path("/left"))).isEqualTo(before);
        try (FileEdit edit = client.edit(path("/left"))) {
            assertThat(edit.commit()).isEqualTo(before);
        }
        holds(path("/left"), whole);
    }

    @Test
    void ofTwoChangesOfOneFileOneIsRefused() throws IOException {
        save(path("/twice"), bytes(3 * CHUNK, 5));
        try (FileEdit first = client.edit(path("/twice"));
                FileEdit second = client.edit(path("/twice"))) {
            first.write(0, ByteBuffer.wrap(bytes(10, 6)));
            second.write(2 * CHUNK, ByteBuffer.wrap(bytes(10, 7)));
            first.commit();
            assertThatThrownBy(second::commit)
                    .isInstanceOfSatisfying(
                            TrivetException.class, e -> assertThat(e.kind()).isEqualTo(Refusal.Kind.CONDITION_FAILED));
        }
    }

    /** More appends than a record has extents, so that some are joined. */
    @Test
    void manyAppendsGiveOneFile() throws IOException {
        RemotePath path = path("/log");
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        for (int i = 0; i < 90; i++) {
            byte[] some = bytes(i % 10 == 0 ? CHUNK : CHUNK / 2 + i, i);
            FileRecord record = client.append(path, new ByteArrayInputStream(some));
            expected.write(some);
            assertThat(record.size()).isEqualTo(expected.size());
            assertThat(record.extents()).hasSizeLessThanOrEqualTo(FileRecord.MAX_EXTENTS);
        }
        holds(path, expected.toByteArray());
    }

    @Test
    void appendsOfSeveralClientsDoNotMix() throws Exception {
        RemotePath path = path("/shared-log");
        List<Future<?>> working = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int t = 0; t < 4; t++) {
                int thread = t;
                working.add(threads.submit(() -> {
                    try (TrivetClient own = cluster.client()) {
                        for (int i = 0; i < 8; i++) {
                            String line = "thread " + thread + " line " + i + "\n";
                            own.append(path, new ByteArrayInputStream(line.getBytes(StandardCharsets.US_ASCII)));
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> each : working) {
                each.get();
            }
        }
        ByteArrayOutputStream loaded = new ByteArrayOutputStream();
        client.load(path, loaded, Progress.NONE);
        List<String> lines = loaded.toString(StandardCharsets.US_ASCII).lines().toList();
        assertThat(lines).hasSize(32).doesNotHaveDuplicates();
        for (int t = 0; t < 4; t++) {
            String own = "thread " + t;
            assertThat(lines.stream().filter(line -> line.startsWith(own)).collect(Collectors.toList()))
                    .isSorted();
        }
    }

    @Test
    void aCopyAndTheTrashKeepWhatTheyHad() throws IOException {
        byte[] whole = bytes(3 * CHUNK + 5, 8);
        save(path("/original"), whole);
        client.copy(path("/original"), path("/copy"), MetadataChange.NONE);
        byte[] some = bytes(77, 9);
        overwrite(path("/original"), CHUNK, some);
        holds(path("/copy"), whole);
        byte[] changed = whole.clone();
        System.arraycopy(some, 0, changed, CHUNK, some.length);
        client.copy(path("/original"), path("/changed-copy"), MetadataChange.NONE);
        client.remove(path("/original"), false);
        holds(path("/changed-copy"), changed);
    }

    /** Repair has nothing to do, and the census finds every chunk. */
    @Test
    void nothingIsOwedAfterChanges() throws Exception {
        save(path("/owed"), bytes(4 * CHUNK, 10));
        overwrite(path("/owed"), CHUNK, bytes(CHUNK, 11));
        LocalCluster.await("nothing is owed", () -> {
            Debt debt = client.cluster().debt();
            return debt.checked() && debt.owed() == 0 && debt.missing() == 0;
        });
    }
}
