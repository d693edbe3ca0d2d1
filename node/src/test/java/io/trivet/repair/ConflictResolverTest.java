package io.trivet.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.chunk.ChunkReader;
import io.trivet.chunk.EqualCrc;
import io.trivet.model.Checksums;
import io.trivet.model.ChunkId;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.Layout;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.model.Sha256;
import io.trivet.model.Slot;
import io.trivet.placement.Member;
import io.trivet.placement.Planner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rule 1: a conflict is settled by the record, or not at all. Slot 0 belongs to n0 and n1; chunk 1
 * is in it.
 */
class ConflictResolverTest {
    private static final RemotePath PATH = RemotePath.parse("/test");
    private static final Slot SLOT = new Slot(0);

    @TempDir
    Path base;

    private final Layout layout = Planner.fresh(
                    IntStream.range(0, 3)
                            .mapToObj(number -> new Member(new NodeId(number), 1, ""))
                            .toList(),
                    2)
            .layout();
    private Neighbourhood nodes;

    @BeforeEach
    void open() throws IOException {
        nodes = new Neighbourhood(base, 3, List.of(layout));
    }

    @AfterEach
    void close() throws IOException {
        nodes.close();
    }

    private static int sum(int content) {
        byte[] bytes = new byte[1000];
        Arrays.fill(bytes, (byte) content);
        return Checksums.of(bytes);
    }

    /** Records a file of one chunk of 1000 bytes in the namespace. */
    private void recorded(long file, int crc32c) {
        nodes.records.put(
                PATH,
                new FileRecord(new FileId(1, file), 1000, Neighbourhood.CHUNK, SLOT, crc32c, Instant.EPOCH, "", 0));
    }

    private int heldBy(int node, ChunkId chunk) {
        return nodes.at(node).store.find(chunk, SLOT).orElseThrow().crc32c();
    }

    private void settle(int node) {
        while (nodes.at(node).conflictResolver.step().isZero()) {}
    }

    @Test
    void theWrongReplicaGoesToQuarantineAndIsPulledAgain() {
        ChunkId chunk = nodes.at(0).put(1, 1, 0, 7);
        nodes.at(1).put(1, 1, 0, 9);
        recorded(1, sum(7));
        nodes.residents.values().forEach(Neighbourhood.Resident::reconcile);
        nodes.at(1).reconcile();
        assertThat(nodes.at(1).reconciler.conflicts()).containsOnlyKeys(chunk);
        nodes.at(1).conflictResolver.suspect(chunk, SLOT);
        settle(1);
        assertThat(nodes.at(1).has(chunk, 0)).isFalse();
        assertThat(nodes.at(1).disk.resolve("quarantine")).isNotEmptyDirectory();
        nodes.at(1).reconcile();
        nodes.at(1).pull();
        assertThat(heldBy(1, chunk)).isEqualTo(sum(7));
    }

    @Test
    void whoIsRightTellsWhoIsWrongAndTouchesNothing() {
        ChunkId chunk = nodes.at(0).put(1, 1, 0, 7);
        nodes.at(2).put(1, 1, 0, 9);
        recorded(1, sum(7));
        nodes.at(0).conflictResolver.suspect(chunk, SLOT);
        settle(0);
        assertThat(heldBy(0, chunk)).isEqualTo(sum(7));
        assertThat(heldBy(2, chunk)).isEqualTo(sum(9));
        settle(2);
        assertThat(nodes.at(2).has(chunk, 0)).isFalse();
    }

    /**
     * Neither replica fits; there is no record; the path has another file now; a node does not
     * answer: both replicas stay.
     */
    @Test
    void whatCannotBeDecidedStays() {
        ChunkId chunk = nodes.at(0).put(1, 1, 0, 7);
        nodes.at(1).put(1, 1, 0, 9);
        recorded(1, sum(8));
        staysAtBoth(chunk);
        nodes.records.clear();
        staysAtBoth(chunk);
        recorded(2, sum(7));
        staysAtBoth(chunk);
        recorded(1, sum(7));
        nodes.silent.add(new NodeId(2));
        staysAtBoth(chunk);
    }

    private void staysAtBoth(ChunkId chunk) {
        for (int node = 0; node < 2; node++) {
            nodes.at(node).conflictResolver.suspect(chunk, SLOT);
            settle(node);
        }
        assertThat(heldBy(0, chunk)).isEqualTo(sum(7));
        assertThat(heldBy(1, chunk)).isEqualTo(sum(9));
    }

    private static final byte[] ORIGINAL = new byte[1000];
    private static final byte[] FORGED = forged();

    private static byte[] forged() {
        byte[] changed = new byte[1000];
        Arrays.fill(changed, (byte) 5);
        return EqualCrc.forged(ORIGINAL, changed);
    }

    private ChunkId put(int node, byte[] bytes, byte[] said) {
        ChunkId chunk = new ChunkId(new FileId(1, 1), 1);
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        nodes.at(node).put(chunk, 0, direct, Sha256.of(said));
        return chunk;
    }

    private void recordedOriginal() {
        nodes.records.put(
                PATH,
                new FileRecord(
                        new FileId(1, 1),
                        1000,
                        Neighbourhood.CHUNK,
                        SLOT,
                        Checksums.of(ORIGINAL),
                        Instant.EPOCH,
                        "",
                        0,
                        Sha256.of(ORIGINAL)));
    }

    private byte[] bytesAt(int node, ChunkId chunk) {
        ByteBuffer bytes = ByteBuffer.allocate(1000);
        try (ChunkReader reader = nodes.at(node).store.open(chunk, SLOT)) {
            reader.readBlocks(0, bytes);
        }
        return bytes.array();
    }

    /** Lengths and CRC32C are equal: only the SHA-256 shows the conflict, and the right replica. */
    @Test
    void otherBytesWithTheSameCrcAreAConflictThatTheRecordSettles() {
        assertThat(Checksums.of(FORGED)).isEqualTo(Checksums.of(ORIGINAL));
        ChunkId chunk = put(0, ORIGINAL, ORIGINAL);
        put(1, FORGED, FORGED);
        recordedOriginal();
        nodes.residents.values().forEach(Neighbourhood.Resident::reconcile);
        nodes.at(1).reconcile();
        assertThat(nodes.at(1).reconciler.conflicts()).containsOnlyKeys(chunk);
        nodes.at(1).conflictResolver.suspect(chunk, SLOT);
        settle(1);
        assertThat(nodes.at(1).has(chunk, 0)).isFalse();
        nodes.at(1).reconcile();
        nodes.at(1).pull();
        assertThat(bytesAt(1, chunk)).isEqualTo(ORIGINAL);
        assertThat(bytesAt(0, chunk)).isEqualTo(ORIGINAL);
    }

    /**
     * The writer sent both nodes the same SHA-256 and different bytes: the node with the wrong ones
     * cannot pass them on, and detects them when it reads them.
     */
    @Test
    void bytesThatAreNotAsTheirWriterSaidGoNowhere() {
        ChunkId chunk = put(1, FORGED, ORIGINAL);
        recordedOriginal();
        nodes.at(0).reconcile();
        nodes.at(0).pull();
        assertThat(nodes.at(0).has(chunk, 0)).isFalse();
        assertThatThrownBy(() -> nodes.at(1).store.verify(chunk, SLOT)).hasMessageContaining("sha256");
        assertThat(nodes.at(1).has(chunk, 0)).isFalse();
        assertThat(nodes.at(1).disk.resolve("quarantine")).isNotEmptyDirectory();
    }

    /**
     * An earlier release wrote no SHA-256: such a replica conflicts with none, and the record of
     * such a file decides by CRC32C as before.
     */
    @Test
    void whatHasNoStrongChecksumContradictsNothing() {
        ChunkId chunk = nodes.at(0).put(1, 1, 0, 0);
        put(1, ORIGINAL, ORIGINAL);
        nodes.residents.values().forEach(Neighbourhood.Resident::reconcile);
        assertThat(nodes.at(0).reconciler.conflicts()).isEmpty();
        assertThat(nodes.at(1).reconciler.conflicts()).isEmpty();
        assertThat(nodes.at(0).repairQueue.isEmpty()).isTrue();
        nodes.at(2).put(1, 1, 0, 9);
        recorded(1, Checksums.of(ORIGINAL));
        nodes.at(2).conflictResolver.suspect(chunk, SLOT);
        settle(2);
        assertThat(nodes.at(2).has(chunk, 0)).isFalse();
        assertThat(nodes.at(0).has(chunk, 0)).isTrue();
    }
}
