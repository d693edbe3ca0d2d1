package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.client.Progress;
import io.trivet.client.RemoteOutput;
import io.trivet.client.TrivetClient;
import io.trivet.model.ChunkSize;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Transfers that go slowly on purpose are no failures of nodes. */
@Timeout(120)
class LimitedRateTest {
    private static final int CHUNK = 3 << 20;
    private static final RemotePath REMOTE = RemotePath.parse("/file");

    @TempDir
    static Path base;

    private static LocalCluster cluster;
    private static TrivetClient client;
    private static Path source;

    private final List<String> retried = new CopyOnWriteArrayList<>();
    private final Progress progress = new Progress() {
        @Override
        public void started(long totalBytes) {}

        @Override
        public void moved(NodeId node, long bytes) {}

        @Override
        public void retried(NodeId node, String reason) {
            retried.add(node + ": " + reason);
        }
    };

    @BeforeAll
    static void start() throws IOException {
        cluster = LocalCluster.start(base.resolve("c"), 3, new ChunkSize(CHUNK));
        client = cluster.client();
        byte[] bytes = new byte[4 << 20];
        new Random(5).nextBytes(bytes);
        source = Files.write(base.resolve("source"), bytes);
        client.save(source, REMOTE, Progress.NONE);
    }

    @AfterAll
    static void stop() {
        client.close();
        cluster.close();
    }

    private interface Work {
        void run() throws IOException;
    }

    private static Duration limitedTo(long bytesPerSecond, Work work) throws IOException {
        client.limitRate(bytesPerSecond);
        long begin = System.nanoTime();
        try {
            work.run();
        } finally {
            client.limitRate(0);
        }
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /** 4 MiB at 2 MiB/s take 2 seconds, less the first piece. */
    @Test
    void saveLoadAndStreamTakeTheTimeOfTheirBytes() throws IOException {
        Duration least = Duration.ofMillis(1400);
        Duration most = Duration.ofSeconds(20);
        assertThat(limitedTo(2 << 20, () -> client.save(source, REMOTE, progress)))
                .isBetween(least, most);
        Path target = base.resolve("target");
        assertThat(limitedTo(2 << 20, () -> client.load(REMOTE, target, progress)))
                .isBetween(least, most);
        assertThat(Files.mismatch(source, target)).isEqualTo(-1);
        assertThat(limitedTo(2 << 20, () -> {
                    try (RemoteOutput output = client.create(RemotePath.parse("/stream"))) {
                        Files.copy(source, output);
                        output.commit();
                    }
                }))
                .isBetween(least, most);
        assertThat(limitedTo(2 << 20, () -> client.load(REMOTE, OutputStream.nullOutputStream(), progress)))
                .isBetween(least, most);
        assertThat(retried).isEmpty();
    }

    /** The third piece waits for two seconds, which is more than the first time limit for a piece. */
    @Test
    void aPieceThatHasToWaitForLongIsNotTheNodesFault() throws IOException {
        Path small = Files.write(base.resolve("small"), new byte[CHUNK]);
        assertThat(limitedTo(512 << 10, () -> client.save(small, RemotePath.parse("/small"), progress)))
                .isGreaterThan(Duration.ofMillis(3900));
        assertThat(limitedTo(
                        512 << 10, () -> client.load(RemotePath.parse("/small"), base.resolve("small2"), progress)))
                .isGreaterThan(Duration.ofMillis(3900));
        assertThat(retried).isEmpty();
    }

    @Test
    void withoutTheLimitItIsFastAgain() throws IOException {
        limitedTo(64 << 10, () -> client.save(Files.writeString(base.resolve("tiny"), "x"), REMOTE, progress));
        long begin = System.nanoTime();
        client.save(source, REMOTE, progress);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
    }

    /** A reader that takes its time between two pieces. */
    @Test
    void aSlowReaderIsNotTheNodesFault() throws IOException {
        boolean[] slept = {false};
        client.load(
                REMOTE,
                new OutputStream() {
                    @Override
                    public void write(int b) {}

                    @Override
                    public void write(byte[] bytes, int offset, int length) {
                        if (!slept[0]) {
                            slept[0] = true;
                            try {
                                Thread.sleep(2500); // more than the first time limit for a piece
                            } catch (InterruptedException e) {
                                throw new AssertionError(e);
                            }
                        }
                    }
                },
                progress);
        assertThat(retried).isEmpty();
    }
}
