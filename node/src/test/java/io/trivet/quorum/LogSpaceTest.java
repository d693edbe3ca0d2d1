package io.trivet.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Attributes;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.Grant;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class LogSpaceTest {
    private static final long MIB = 1 << 20;

    private static boolean isShort(long total, long free) {
        return new LogSpace(() -> total, () -> free).isShort();
    }

    @Test
    void aFiftiethIsKept() {
        assertThat(isShort(200 * MIB, 4 * MIB)).isFalse();
        assertThat(isShort(200 * MIB, 4 * MIB - 1)).isTrue();
    }

    @Test
    void moreThan256MibAreNotKept() {
        assertThat(isShort(4_000_000 * MIB, 256 * MIB)).isFalse();
        assertThat(isShort(4_000_000 * MIB, 256 * MIB - 1)).isTrue();
    }

    @Test
    void whatRemovesIsNoGrowth() {
        RemotePath path = RemotePath.parse("/a");
        assertThat(LogSpace.isGrowth(new Command.MakeDirectory(path))).isTrue();
        assertThat(LogSpace.isGrowth(new Command.Rename(path, RemotePath.parse("/b"))))
                .isTrue();
        assertThat(LogSpace.isGrowth(new Command.Remove(path, false, true))).isFalse();
        assertThat(LogSpace.isGrowth(new Command.Abandon(FileId.parse("00000001-0000000000000001"))))
                .isFalse();
    }

    @Test
    void whatStoresSomethingNewIsGrowth() {
        RemotePath path = RemotePath.parse("/a");
        assertThat(List.of(
                        new Command.SetMetadata(path, null, null, Attributes.NONE.with("a", "b")),
                        new Command.AddUser("u", new byte[1], List.of()),
                        new Command.AddGroup("g"),
                        new Command.Reserve(1, 1)))
                .allMatch(LogSpace::isGrowth);
    }

    /** An operator needs them to make room or to stop a flood; nodes need them to keep chunks safe. */
    @Test
    void whatMendsIsNoGrowth() {
        assertThat(List.of(
                        new Command.Discard(Instant.EPOCH, List.of()),
                        new Command.SetTrash(0),
                        new Command.SetSweeping(true, 1),
                        new Command.SetQuota(RemotePath.parse("/a"), 1L, 1L),
                        new Command.SetLimits("u", 1L, 1L, 1, 1),
                        new Command.SetRights("u", new Grant(RemotePath.parse("/a"), Set.of())),
                        new Command.RemoveUser("u"),
                        new Command.OpenSession("u"),
                        new Command.RaiseLossEpoch(new NodeId(1), 2),
                        new Command.Seat(new NodeId(1), true)))
                .noneMatch(LogSpace::isGrowth);
    }
}
