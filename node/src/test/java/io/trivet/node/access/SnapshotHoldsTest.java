package io.trivet.node.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.FileId;
import io.trivet.node.keys.TokenKeys;
import org.junit.jupiter.api.Test;

class SnapshotHoldsTest {
    private long nanos = 7;
    private final SnapshotHolds holds = new SnapshotHolds(() -> nanos);

    @Test
    void aFileIsHeldAsLongAsItsReaderRenews() {
        FileId file = new FileId(1, 1);
        assertThat(holds.isHeld(file)).isFalse();
        for (int i = 0; i < 20; i++) {
            holds.renewed(file);
            nanos += TokenKeys.VALID.toNanos();
            assertThat(holds.isHeld(file)).isTrue();
        }
        nanos += SnapshotHolds.HELD.toNanos();
        assertThat(holds.isHeld(file)).isFalse();
    }

    @Test
    void thereIsABoundAndThoseThatLetGoMakeRoom() {
        for (int i = 1; i <= SnapshotHolds.MAX_FILES + 1; i++) {
            holds.renewed(new FileId(1, i));
        }
        FileId beyond = new FileId(1, SnapshotHolds.MAX_FILES + 1);
        assertThat(holds.isHeld(beyond)).isFalse();
        assertThat(holds.isHeld(new FileId(1, 1))).isTrue();
        nanos += SnapshotHolds.HELD.toNanos();
        holds.renewed(beyond);
        assertThat(holds.isHeld(beyond)).isTrue();
    }
}
