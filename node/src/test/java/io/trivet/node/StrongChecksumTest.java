package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.chunk.BlockChecksums;
import io.trivet.chunk.ChunkFormat;
import io.trivet.chunk.ChunkTrailer;
import io.trivet.chunk.DiskFiles;
import io.trivet.chunk.EqualCrc;
import io.trivet.chunk.SystemDiskFiles;
import io.trivet.client.FileCheck;
import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.model.Checksums;
import io.trivet.model.ChunkSize;
import io.trivet.model.FileRecord;
import io.trivet.model.NameEntry;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.model.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Wrong bytes with the right CRC32C, on disks, from a node that was taken over, or from a client.
 */
@Timeout(120)
class StrongChecksumTest {
    private static final int CHUNK = 128 << 10;

    @TempDir
    static Path base;

    private static LocalCluster cluster;
    private static TrivetClient client;

    @BeforeAll
    static void start() throws IOException {
        cluster = LocalCluster.inFiles(base.resolve("c"), 3, new ChunkSize(CHUNK));
        client = cluster.client();
    }

    @AfterAll
    static void stop() {
        client.close();
        cluster.close();
    }

    private static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static FileRecord save(RemotePath path, byte[] bytes) throws IOException {
        client.save(Files.write(base.resolve("source"), bytes), path, Progress.NONE);
        return ((NameEntry.File) client.stat(path)).record();
    }

    private static Path fileOf(NodeId node, FileRecord record, int number) {
        return cluster.data(node)
                .resolve("chunks")
                .resolve(String.format("%04d", record.slotOf(number).number()))
                .resolve(record.chunk(number).toString());
    }

    private static List<NodeId> holders(FileRecord record, int number) {
        return IntStream.range(0, 3)
                .mapToObj(NodeId::new)
                .filter(node -> Files.exists(fileOf(node, record, number)))
                .toList();
    }

    /**
     * Replaces a replica's bytes and keeps every CRC32C; the trailer has the SHA-256 of the old or
     * of the new bytes.
     */
    private static void forge(NodeId node, FileRecord record, int number, boolean consistent) throws IOException {
        Path path = fileOf(node, record, number);
        ChunkTrailer trailer = trailer(path);
        byte[] there = Files.readAllBytes(path);
        int block = ChunkSize.BLOCK_BYTES;
        byte[] first = java.util.Arrays.copyOf(there, block);
        byte[] forged = EqualCrc.forged(first, random(99, block));
        assertThat(Checksums.of(forged)).isEqualTo(trailer.blocks().at(0));
        System.arraycopy(forged, 0, there, 0, block);
        ByteBuffer content = ByteBuffer.wrap(there, 0, trailer.header().length());
        Sha256 said = consistent ? Sha256.of(content) : trailer.sha256();
        ByteBuffer end = ChunkFormat.encode(new ChunkTrailer(
                trailer.cluster(),
                trailer.header(),
                trailer.crc32c(),
                said,
                BlockChecksums.of(trailer.blocks().range(0, trailer.blocks().count()))));
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.write(content, 0);
            channel.write(end, trailer.header().length());
        }
    }

    private static void assertLoads(RemotePath path, byte[] bytes) throws IOException {
        Path target = base.resolve("target");
        client.load(path, target, Progress.NONE);
        assertThat(Files.readAllBytes(target)).isEqualTo(bytes);
    }

    @Test
    void aRecordHasTheHashOfItsFile() throws IOException {
        byte[] one = random(1, CHUNK);
        assertThat(save(RemotePath.parse("/one"), one).sha256()).isEqualTo(Sha256.of(one));
        byte[] more = random(2, 2 * CHUNK + 5);
        List<Sha256> chunks = List.of(
                Sha256.of(ByteBuffer.wrap(more, 0, CHUNK)),
                Sha256.of(ByteBuffer.wrap(more, CHUNK, CHUNK)),
                Sha256.of(ByteBuffer.wrap(more, 2 * CHUNK, 5)));
        assertThat(save(RemotePath.parse("/more"), more).sha256()).isEqualTo(Sha256.ofChunks(chunks));
        client.rename(RemotePath.parse("/more"), RemotePath.parse("/renamed"));
        assertThat(((NameEntry.File) client.stat(RemotePath.parse("/renamed")))
                        .record()
                        .sha256())
                .isEqualTo(Sha256.ofChunks(chunks));
        assertThat(save(RemotePath.parse("/none"), new byte[0]).sha256()).isEqualTo(Sha256.of(new byte[0]));
        assertLoads(RemotePath.parse("/none"), new byte[0]);
    }

    /**
     * Each of two chunks has a forged replica on one node: a load uses the other one, and repair
     * replaces the forged one.
     */
    @Test
    void aReplicaThatIsNotAsItsTrailerSaysIsFoundByWhoeverReadsIt() throws IOException {
        RemotePath path = RemotePath.parse("/forged");
        byte[] bytes = random(3, 2 * CHUNK);
        FileRecord record = save(path, bytes);
        NodeId first = holders(record, 1).getFirst();
        NodeId second = holders(record, 2).getFirst();
        forge(first, record, 1, false);
        forge(second, record, 2, false);
        assertLoads(path, bytes);
        FileCheck check = client.replicas().verify(path, Progress.NONE);
        assertThat(check.wholeMatches()).isTrue();
        LocalCluster.await(
                "both replicas are whole again",
                () -> client.replicas().verify(path, Progress.NONE).isWhole());
        assertLoads(path, bytes);
    }

    /**
     * The trailer matches the forged replica: only the other replica and the record contradict it.
     * The test puts nothing back by hand: a running node would see the file half copied.
     */
    @Test
    void aReplicaWhoseTrailerWasForgedAsWellIsNotTheRecords() throws IOException {
        RemotePath path = RemotePath.parse("/consistent");
        byte[] bytes = random(4, CHUNK);
        FileRecord record = save(path, bytes);
        for (NodeId node : holders(record, 1)) {
            forge(node, record, 1, true);
            FileCheck check = client.replicas().verify(path, Progress.NONE);
            assertThat(check.wholeMatches()).isFalse();
            assertThat(check.isWhole()).isFalse();
            assertLoads(path, bytes);
            LocalCluster.await(
                    "the record decided, and the replica is whole again",
                    () -> client.replicas().verify(path, Progress.NONE).isWhole());
        }
    }

    private static NodeId other(FileRecord record, NodeId node) {
        return holders(record, 1).stream()
                .filter(holder -> !holder.equals(node))
                .findFirst()
                .orElseThrow();
    }

    /**
     * Trailers of version 1: chunks stored by an earlier release are readable, and replicas made of
     * them since have the hash.
     */
    @Test
    void chunksOfAnEarlierReleaseAreReadOnAndGetTheHashWhenTheyAreRepaired() throws IOException {
        RemotePath path = RemotePath.parse("/earlier");
        byte[] bytes = random(5, CHUNK + 77);
        FileRecord record = save(path, bytes);
        for (int number = 1; number <= 2; number++) {
            for (NodeId node : holders(record, number)) {
                withoutHash(fileOf(node, record, number));
            }
        }
        assertThat(client.replicas().verify(path, Progress.NONE).isWhole()).isTrue();
        assertLoads(path, bytes);
        NodeId loser = holders(record, 1).getFirst();
        Files.delete(fileOf(loser, record, 1));
        client.replicas().verify(path, Progress.NONE);
        LocalCluster.await("it is repaired", () -> Files.exists(fileOf(loser, record, 1)));
        assertThat(trailer(fileOf(loser, record, 1)).sha256()).isEqualTo(Sha256.of(ByteBuffer.wrap(bytes, 0, CHUNK)));
        assertThat(trailer(fileOf(other(record, loser), record, 1)).sha256()).isNull();
        assertThat(client.replicas().verify(path, Progress.NONE).isWhole()).isTrue();
        assertLoads(path, bytes);
    }

    private static ChunkTrailer trailer(Path path) throws IOException {
        try (DiskFiles.OpenFile file = new SystemDiskFiles().open(path)) {
            return ChunkFormat.read(file, path);
        }
    }

    private static void withoutHash(Path path) throws IOException {
        ChunkTrailer trailer = trailer(path);
        int length = trailer.header().length();
        ByteBuffer end = ChunkFormat.encode(
                new ChunkTrailer(trailer.cluster(), trailer.header(), trailer.crc32c(), trailer.blocks()));
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.truncate(length);
            channel.write(end, length);
        }
    }
}
