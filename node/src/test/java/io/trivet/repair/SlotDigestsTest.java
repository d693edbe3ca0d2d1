package io.trivet.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.ChunkId;
import io.trivet.model.FileId;
import io.trivet.model.Layout;
import io.trivet.model.NodeId;
import io.trivet.model.Slot;
import io.trivet.placement.Member;
import io.trivet.placement.Planner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Digests that are updated as chunks come and go equal those computed from a list. */
class SlotDigestsTest {
    private static final Slot SLOT = new Slot(0);

    @TempDir
    Path base;

    private final Layout layout = Planner.fresh(
                    List.of(new Member(new NodeId(0), 1, ""), new Member(new NodeId(1), 1, "")), 2)
            .layout();
    private Neighbourhood nodes;

    @BeforeEach
    void open() throws IOException {
        nodes = new Neighbourhood(base, 2, List.of(layout));
    }

    @AfterEach
    void close() throws IOException {
        nodes.close();
    }

    private static SlotDigests.Listed list(Neighbourhood.Resident node) {
        return node.digests.list(SLOT, node.store);
    }

    @Test
    void unknownUntilListed() {
        nodes.at(0).put(1, 1, 0, 7);
        assertThat(nodes.at(0).digests.of(SLOT).known()).isFalse();
        assertThat(list(nodes.at(0))).isEqualTo(SlotDigests.Listed.AGREES);
        assertThat(nodes.at(0).digests.of(SLOT).count()).isEqualTo(1);
        assertThat(nodes.at(0).digests.of(SLOT).bytes()).isEqualTo(1000);
    }

    @Test
    void whatComesIsAddedInAnyOrder() {
        list(nodes.at(0));
        nodes.at(0).put(1, 1, 0, 7);
        nodes.at(0).put(2, 1, 0, 8);
        nodes.at(0).put(2, 1, 0, 8);
        nodes.at(1).put(2, 1, 0, 8);
        nodes.at(1).put(1, 1, 0, 7);
        list(nodes.at(1));
        assertThat(nodes.at(0).digests.of(SLOT)).isEqualTo(nodes.at(1).digests.of(SLOT));
        assertThat(list(nodes.at(0))).isEqualTo(SlotDigests.Listed.AGREES);
    }

    /** Rule 1: the digest covers content, not only names. */
    @Test
    void otherContentIsAnotherDigest() {
        nodes.at(0).put(1, 1, 0, 7);
        nodes.at(1).put(1, 1, 0, 8);
        list(nodes.at(0));
        list(nodes.at(1));
        assertThat(nodes.at(0).digests.of(SLOT))
                .isNotEqualTo(nodes.at(1).digests.of(SLOT));
    }

    /** The order does not matter: only what is left counts. */
    @Test
    void whatIsRemovedIsSubtracted() {
        ChunkId gone = nodes.at(0).put(1, 1, 0, 7);
        list(nodes.at(0));
        list(nodes.at(1));
        nodes.at(0).put(2, 1, 0, 8);
        nodes.at(0).store.remove(gone, SLOT);
        nodes.at(1).put(2, 1, 0, 8);
        assertThat(nodes.at(0).digests.of(SLOT).known()).isTrue();
        assertThat(nodes.at(0).digests.of(SLOT)).isEqualTo(nodes.at(1).digests.of(SLOT));
        assertThat(list(nodes.at(0))).isEqualTo(SlotDigests.Listed.AGREES);
    }

    @Test
    void whatIsNotThereIsRemovedWithoutAChange() {
        nodes.at(0).put(1, 1, 0, 7);
        list(nodes.at(0));
        assertThat(nodes.at(0).store.remove(new ChunkId(new FileId(1, 2), 1), SLOT))
                .isFalse();
        assertThat(nodes.at(0).digests.of(SLOT).count()).isEqualTo(1);
        assertThat(list(nodes.at(0))).isEqualTo(SlotDigests.Listed.AGREES);
    }

    /** Its part of the digest is unknown. */
    @Test
    void aRemovedReplicaWithoutASoundTrailerLeavesTheSlotUnknown() throws IOException {
        ChunkId chunk = nodes.at(0).put(1, 1, 0, 7);
        list(nodes.at(0));
        Files.write(nodes.at(0).file(chunk, 0), new byte[] {1, 2, 3});
        assertThat(nodes.at(0).store.remove(chunk, SLOT)).isTrue();
        assertThat(nodes.at(0).digests.of(SLOT).known()).isFalse();
        list(nodes.at(0));
        assertThat(nodes.at(0).digests.of(SLOT).count()).isZero();
    }

    /** Compared with a listing, after many changes. */
    @Test
    void sumsAreExactWhateverComesAndGoes() {
        list(nodes.at(0));
        Random random = new Random(42);
        List<ChunkId> here = new ArrayList<>();
        for (int change = 0; change < 100; change++) {
            if (here.isEmpty() || random.nextInt(3) > 0) {
                here.add(nodes.at(0).put(change + 1, 1, 0, change));
            } else {
                nodes.at(0).store.remove(here.remove(random.nextInt(here.size())), SLOT);
            }
        }
        assertThat(nodes.at(0).digests.of(SLOT).count()).isEqualTo(here.size());
        assertThat(list(nodes.at(0))).isEqualTo(SlotDigests.Listed.AGREES);
    }

    @Test
    void aListThatWasDisturbedTeachesNothing() {
        nodes.at(0).digests.changing(SLOT);
        assertThat(list(nodes.at(0))).isEqualTo(SlotDigests.Listed.DISTURBED);
        nodes.at(0).digests.changed(SLOT);
        assertThat(list(nodes.at(0))).isEqualTo(SlotDigests.Listed.AGREES);
    }
}
