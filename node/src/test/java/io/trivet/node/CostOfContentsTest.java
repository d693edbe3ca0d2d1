package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.chunk.DiskPaths;
import io.trivet.client.MetadataChange;
import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.model.ChunkSize;
import io.trivet.model.RemotePath;
import io.trivet.model.Upload;
import io.trivet.namespace.Backup;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * How many entries of the log and how many replicas an operation makes, counted. A session also
 * reserves ids now and then, and the leader adds entries of its own, less than one a second; so
 * there is room for these.
 */
@Timeout(120)
class CostOfContentsTest {
    private static final int CHUNK = 1 << 20;
    private static final int REPLICAS = 2;
    private static final int TIMES = 20;
    private static final int OF_OTHERS = 8;

    @TempDir
    static Path base;

    private static LocalCluster cluster;
    private static TrivetClient client;

    @BeforeAll
    static void start() throws IOException {
        cluster = LocalCluster.inFiles(base.resolve("cluster"), 3, new ChunkSize(CHUNK));
        client = cluster.client();
    }

    @AfterAll
    static void stop() {
        client.close();
        cluster.close();
    }

    private interface Repeated {
        void run(int number) throws IOException;
    }

    private static RemotePath path(String text) {
        return RemotePath.parse(text);
    }

    private static void costs(int entries, int chunks, Repeated operation) throws IOException {
        long entriesBefore = entries();
        long replicasBefore = replicas();
        long begin = System.nanoTime();
        for (int number = 0; number < TIMES; number++) {
            operation.run(number);
        }
        long own = (long) TIMES * entries;
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
        assertThat(entries() - entriesBefore).isBetween(own, own + OF_OTHERS + seconds);
        assertThat(replicas() - replicasBefore).isEqualTo((long) TIMES * chunks * REPLICAS);
    }

    private static long entries() throws IOException {
        Path backup = base.resolve("backup");
        client.cluster().backUpNamespace(backup);
        try (InputStream in = Files.newInputStream(backup)) {
            return Backup.check(in).index();
        } finally {
            Files.delete(backup);
        }
    }

    private static long replicas() throws IOException {
        try (Stream<Path> all = Files.walk(base.resolve("cluster"))) {
            return all.filter(file -> DiskPaths.chunkNamed(file).isPresent()).count();
        }
    }

    private static void save(String path, int bytes) throws IOException {
        client.save(new ByteArrayInputStream(new byte[bytes]), path(path), Progress.NONE);
    }

    @Test
    void aSmallFileIsOneEntryAndALargerOneTwo() throws IOException {
        Path local = Files.write(base.resolve("small"), new byte[1000]);
        client.save(local, path("/first"), Progress.NONE);
        costs(1, 1, number -> client.save(local, path("/plain/" + number), Progress.NONE));
        costs(2, 3, number -> save("/long/" + number, 2 * CHUNK + 1)); // it reserves its id
    }

    @Test
    void anAppendOfAKibibyteIsOneChunkAndOneEntry() throws IOException {
        save("/log", 2 * CHUNK + 10);
        client.append(path("/log"), new ByteArrayInputStream(new byte[1024]));
        costs(1, 1, _ -> client.append(path("/log"), new ByteArrayInputStream(new byte[1024])));
    }

    @Test
    void aCopyIsOneEntryAndNoChunk() throws IOException {
        save("/source", 3 * CHUNK);
        costs(1, 0, number -> client.copy(path("/source"), path("/copy" + number), MetadataChange.NONE));
    }

    /** Beginning, each piece, and completing are an entry each. */
    @Test
    void completingAnUploadIsOneEntryAndNoChunk() throws IOException {
        costs(4, 2, number -> {
            Upload upload = client.uploads().begin(path("/piece" + number), CHUNK);
            for (int piece = 1; piece <= 2; piece++) {
                client.uploads().put(upload, piece, new ByteArrayInputStream(new byte[CHUNK]), CHUNK, "");
            }
            client.uploads().complete(upload, 2, MetadataChange.NONE);
        });
    }
}
