package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.client.Progress;
import io.trivet.client.RemoteOutput;
import io.trivet.client.TrivetClient;
import io.trivet.model.ChunkSize;
import io.trivet.model.FileRecord;
import io.trivet.model.NameEntry;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A stream with smaller chunks than the cluster's becomes a file like any other. */
@Timeout(120)
class ChosenChunkSizeTest {
    private static final ChunkSize USUAL = new ChunkSize(4 << 20);
    private static final ChunkSize SMALL = new ChunkSize(1 << 20);

    @TempDir
    Path base;

    @Test
    void itIsLoadedVerifiedAndRepairedLikeOthers() throws IOException {
        try (LocalCluster cluster = LocalCluster.inFiles(base.resolve("c"), 3, USUAL);
                TrivetClient client = cluster.client()) {
            RemotePath path = RemotePath.parse("/stream");
            byte[] bytes = new byte[5 * SMALL.bytes() + 77];
            new Random(7).nextBytes(bytes);
            try (RemoteOutput output = client.create(path, SMALL)) {
                output.write(bytes);
                output.commit();
            }
            FileRecord record = ((NameEntry.File) client.stat(path)).record();
            assertThat(record.chunkSize()).isEqualTo(SMALL);
            assertThat(record.chunkCount()).isEqualTo(6);
            Path target = base.resolve("loaded");
            client.load(path, target, Progress.NONE);
            assertThat(Files.readAllBytes(target)).isEqualTo(bytes);
            assertThat(client.replicas().verify(path, Progress.NONE).isWhole()).isTrue();
            Path lost = cluster.data(client.replicas()
                            .where(path)
                            .chunks()
                            .get(1)
                            .nodes()
                            .getFirst())
                    .resolve("chunks")
                    .resolve(String.format("%04d", record.slotOf(2).number()))
                    .resolve(record.chunk(2).toString());
            Files.delete(lost);
            client.replicas().verify(path, Progress.NONE);
            LocalCluster.await("the chunk is there again", () -> Files.exists(lost));
        }
    }

    /** With two chunks of 50 MiB each they would not fit into the memory of these tests. */
    @Test
    void manyShortStreamsTakeLittleMemory() throws IOException {
        try (LocalCluster cluster = LocalCluster.inFiles(base.resolve("c"), 1, ChunkSize.DEFAULT);
                TrivetClient client = cluster.client()) {
            List<RemoteOutput> open = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                RemoteOutput output = client.create(RemotePath.parse("/short" + i));
                output.write(i);
                open.add(output);
            }
            for (RemoteOutput output : open) {
                output.commit();
                output.close();
            }
            byte[] bytes = new byte[3 * SMALL.bytes() + 5];
            new Random(8).nextBytes(bytes);
            try (RemoteOutput output = client.create(RemotePath.parse("/longer"))) {
                for (int at = 0; at < bytes.length; at += 7919) {
                    output.write(bytes, at, Math.min(7919, bytes.length - at));
                }
                output.commit();
            }
            Path target = base.resolve("longer");
            client.load(RemotePath.parse("/longer"), target, Progress.NONE);
            assertThat(Files.readAllBytes(target)).isEqualTo(bytes);
        }
    }

    @Test
    void sizesThatTheClusterDoesNotTakeAreRefused() throws IOException {
        try (LocalCluster cluster = LocalCluster.inFiles(base.resolve("c"), 3, USUAL);
                TrivetClient client = cluster.client()) {
            for (int bytes : new int[] {ChunkSize.BLOCK_BYTES, USUAL.bytes() + ChunkSize.BLOCK_BYTES}) {
                assertThatThrownBy(() -> client.create(RemotePath.parse("/a"), new ChunkSize(bytes)))
                        .isInstanceOfSatisfying(
                                TrivetException.class,
                                refused -> assertThat(refused.kind()).isEqualTo(Refusal.Kind.BAD_REQUEST));
            }
        }
    }
}
