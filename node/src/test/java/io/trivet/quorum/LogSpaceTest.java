package io.trivet.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.RemotePath;
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
}
