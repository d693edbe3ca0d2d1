package io.trivet.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SystemDiskFilesTest extends DiskFilesContract {
    private static final int PAGE = DirectIo.UNIT;

    @TempDir
    Path directory;

    @Override
    DiskFiles files() {
        return new SystemDiskFiles();
    }

    @Override
    Path directory() {
        return directory;
    }

    /** With direct reads, cached reads, and both in one file: the bytes are the same. */
    @ParameterizedTest
    @CsvSource({"1048576, 0", "1048576, 8", "1048575, 0", "1000000, 0", "524288, 0", "524287, 0", "4096, 0", "1, 0"})
    void piecesOfEverySizeAndAddressAreReadAsTheyWereWritten(int length, int offset) throws IOException {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        ByteBuffer piece =
                aligned(length + offset).position(offset).put(bytes).flip().position(offset);
        Path file = directory.resolve("pieces");
        try (DiskFiles.OpenFile open = files().create(file)) {
            long at = 0;
            for (int i = 0; i < 3; i++) {
                open.write(piece.duplicate(), at);
                at += length;
            }
            open.write(ByteBuffer.wrap(bytes), at);
            open.sync();
        }
        byte[] found = Files.readAllBytes(file);
        assertThat(found).hasSize(4 * length);
        for (int i = 0; i < 4; i++) {
            assertThat(java.util.Arrays.copyOfRange(found, i * length, (i + 1) * length))
                    .isEqualTo(bytes);
        }
    }

    @Test
    void aWriteReadsItsBufferToTheEndAndLeavesTheLimit() throws IOException {
        ByteBuffer piece = aligned(2 << 20).limit((1 << 20) + 17);
        try (DiskFiles.OpenFile open = files().create(directory.resolve("piece"))) {
            open.write(piece, 0);
        }
        assertThat(piece.position()).isEqualTo((1 << 20) + 17);
        assertThat(piece.limit()).isEqualTo((1 << 20) + 17);
    }

    @Test
    void onlyBigPiecesThatBeginAtAPageGoPastThePageCache() {
        assertThat(DirectIo.directBytes(aligned(1 << 20), 0)).isEqualTo(1 << 20);
        assertThat(DirectIo.directBytes(aligned((1 << 20) + 5), 3 * PAGE)).isEqualTo(1 << 20);
        assertThat(DirectIo.directBytes(aligned(1 << 20), 1)).isZero();
        assertThat(DirectIo.directBytes(aligned(1 << 20).position(1), 0)).isZero();
        assertThat(DirectIo.directBytes(aligned(1 << 16), 0)).isZero();
        assertThat(DirectIo.directBytes(ByteBuffer.allocate(1 << 20), 0)).isZero();
    }

    private static ByteBuffer aligned(int length) {
        return ByteBuffer.allocateDirect(length + 2 * PAGE).alignedSlice(PAGE).slice(0, length);
    }
}
