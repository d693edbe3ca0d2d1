package io.trivet.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Checksums;
import io.trivet.model.ChunkId;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.Layout;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.model.Slot;
import io.trivet.placement.Member;
import io.trivet.placement.Planner;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rule 1: different bytes under one name are settled by the record, or not at all. Slot 0 belongs to n0 and n1; chunk 1 sits there. */
class ContradictionsTest {
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

    /** A file of one chunk of 1000 bytes, as the namespace has it. */
    private void recorded(long file, int crc32c) {
        nodes.records.put(
                PATH,
                new FileRecord(new FileId(1, file), 1000, Neighbourhood.CHUNK, SLOT, crc32c, Instant.EPOCH, "", 0));
    }

    private int heldBy(int node, ChunkId chunk) {
        return nodes.at(node).store.find(chunk, SLOT).orElseThrow().crc32c();
    }

    private void settle(int node) {
        while (nodes.at(node).contradictions.step().isZero()) {}
    }

    @Test
    void theWrongReplicaGoesToQuarantineAndIsPulledAgain() {
        ChunkId chunk = nodes.at(0).put(1, 1, 0, 7);
        nodes.at(1).put(1, 1, 0, 9);
        recorded(1, sum(7));
        nodes.residents.values().forEach(Neighbourhood.Resident::reconcile);
        nodes.at(1).reconcile();
        assertThat(nodes.at(1).reconciler.conflicts()).containsOnlyKeys(chunk);
        nodes.at(1).contradictions.suspect(chunk, SLOT);
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
        nodes.at(0).contradictions.suspect(chunk, SLOT);
        settle(0);
        assertThat(heldBy(0, chunk)).isEqualTo(sum(7));
        assertThat(heldBy(2, chunk)).isEqualTo(sum(9));
        settle(2);
        assertThat(nodes.at(2).has(chunk, 0)).isFalse();
    }

    /** Neither fits; there is no record; the path has another file now; a node is silent: both stay. */
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
            nodes.at(node).contradictions.suspect(chunk, SLOT);
            settle(node);
        }
        assertThat(heldBy(0, chunk)).isEqualTo(sum(7));
        assertThat(heldBy(1, chunk)).isEqualTo(sum(9));
    }
}
