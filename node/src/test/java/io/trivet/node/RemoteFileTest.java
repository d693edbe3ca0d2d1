package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.client.Progress;
import io.trivet.client.RemoteFile;
import io.trivet.client.TrivetClient;
import io.trivet.model.ChunkSize;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Reads at any position by any thread. */
@Timeout(180)
class RemoteFileTest {
    /** No multiple of a window: the last window of a chunk is short. */
    private static final int CHUNK = 1344 << 10;

    private static final RemotePath REMOTE = RemotePath.parse("/file");

    @TempDir
    static Path base;

    private static LocalCluster cluster;
    private static TrivetClient client;
    private static byte[] bytes;

    @BeforeAll
    static void start() throws IOException {
        cluster = LocalCluster.inFiles(base.resolve("c"), 3, new ChunkSize(CHUNK));
        client = cluster.client();
        bytes = new byte[9 * CHUNK + 12_345];
        new Random(3).nextBytes(bytes);
        client.save(Files.write(base.resolve("source"), bytes), REMOTE, Progress.NONE);
    }

    @AfterAll
    static void stop() {
        client.close();
        cluster.close();
    }

    private static void reads(RemoteFile file, long position, int length) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(length);
        int expected = (int) Math.min(length, bytes.length - position);
        assertThat(file.read(position, target)).isEqualTo(expected);
        assertThat(target.flip())
                .isEqualTo(ByteBuffer.wrap(Arrays.copyOfRange(bytes, (int) position, (int) position + expected)));
    }

    @Test
    void manyThreadsReadAnywhereAtOnce() throws Exception {
        try (RemoteFile file = client.openFile(REMOTE);
                ExecutorService readers = Executors.newFixedThreadPool(16)) {
            List<Future<Void>> done = new ArrayList<>();
            for (int reader = 0; reader < 16; reader++) {
                Random random = new Random(reader);
                done.add(readers.submit(() -> {
                    for (int i = 0; i < 40; i++) {
                        int length = 1 + random.nextInt(i % 10 == 0 ? 3 << 20 : 40_000);
                        reads(file, random.nextInt(bytes.length), length);
                    }
                    return null;
                }));
            }
            for (Future<Void> each : done) {
                each.get();
            }
        }
    }

    @Test
    void readsInOrderGetTheWholeFile() throws IOException {
        try (RemoteFile file = client.openFile(REMOTE)) {
            for (int at = 0; at < bytes.length; at += 128 << 10) {
                reads(file, at, 128 << 10);
            }
        }
    }

    @Test
    void theEdgesAreThoseOfTheFile() throws IOException {
        try (RemoteFile file = client.openFile(REMOTE)) {
            assertThat(file.record().size()).isEqualTo(bytes.length);
            for (int at : new int[] {0, 65_535, 65_536, CHUNK - 1, CHUNK, CHUNK + 1, 9 * CHUNK - 1, bytes.length - 1}) {
                reads(file, at, 70_000);
            }
            assertThat(file.read(bytes.length, ByteBuffer.allocate(1))).isEqualTo(-1);
            assertThat(file.read(Long.MAX_VALUE, ByteBuffer.allocate(1))).isEqualTo(-1);
            assertThat(file.read(5, ByteBuffer.allocate(0))).isEqualTo(0);
            assertThatThrownBy(() -> file.read(-1, ByteBuffer.allocate(1)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void anEmptyFileHasNothing() throws IOException {
        RemotePath empty = RemotePath.parse("/empty");
        client.save(Files.createFile(base.resolve("empty")), empty, Progress.NONE);
        try (RemoteFile file = client.openFile(empty)) {
            assertThat(file.read(0, ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    @Test
    void aReplacedFileIsReadAsItWasWhenItWasOpened() throws IOException {
        RemotePath path = RemotePath.parse("/replaced");
        client.save(Files.writeString(base.resolve("one"), "one"), path, Progress.NONE);
        try (RemoteFile file = client.openFile(path)) {
            client.save(Files.writeString(base.resolve("two"), "two"), path, Progress.NONE);
            ByteBuffer target = ByteBuffer.allocate(3);
            file.read(0, target);
            assertThat(new String(target.array(), java.nio.charset.StandardCharsets.US_ASCII))
                    .isEqualTo("one");
        }
    }

    @Test
    void aClosedFileIsNotRead() {
        RemoteFile file = client.openFile(REMOTE);
        file.close();
        assertThatThrownBy(() -> file.read(0, ByteBuffer.allocate(1))).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> client.openFile(RemotePath.ROOT))
                .isInstanceOfSatisfying(
                        TrivetException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(Refusal.Kind.IS_A_DIRECTORY));
    }

    /** A damaged block is read from another node. */
    @Test
    void aDamagedReplicaIsNeverServed() throws IOException {
        RemotePath path = RemotePath.parse("/damaged");
        client.save(Files.write(base.resolve("damaged"), bytes), path, Progress.NONE);
        var placement = client.replicas().where(path);
        NodeId first = placement.chunks().getFirst().nodes().getFirst();
        Path replica = cluster.data(first)
                .resolve("chunks")
                .resolve(String.format("%04d", placement.record().slotOf(1).number()))
                .resolve(placement.record().chunk(1).toString());
        byte[] damaged = Files.readAllBytes(replica);
        damaged[100_000] ^= 1;
        Files.write(replica, damaged);
        for (int i = 0; i < 8; i++) { // readers choose a replica by their client
            try (TrivetClient other = cluster.client();
                    RemoteFile file = other.openFile(path)) {
                reads(file, 0, 200_000);
            }
        }
    }
}
