package io.trivet.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.client.RemoteFile;
import io.trivet.model.FileRecord;
import io.trivet.mount.fuse.FuseException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SpoolFileTest {
    private static final int LARGEST = 300_000;

    @TempDir
    Path directory = Path.of("");

    private Path at = Path.of("");

    @BeforeEach
    void name() {
        at = directory.resolve("spool");
    }

    /** A content of the cluster. */
    private record Base(byte[] bytes) implements RemoteFile {
        @Override
        public FileRecord record() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(long position, ByteBuffer target) {
            int length = Math.min(target.remaining(), bytes.length - (int) position);
            target.put(bytes, (int) position, length);
            return length;
        }

        @Override
        public void close() {}
    }

    private static byte[] random(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] read(SpoolFile file, int position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        int count = file.read(position, bytes);
        return Arrays.copyOf(bytes.array(), count);
    }

    @Test
    void itIsTheBaseWithWhatWasWrittenAndCut() throws IOException {
        for (long seed = 1; seed <= 40; seed++) {
            Random random = new Random(seed);
            byte[] base = random(random, random.nextInt(LARGEST));
            byte[] expected = Arrays.copyOf(base, LARGEST);
            int size = base.length;
            try (Spool spool = Spool.open(at, LARGEST).orElseThrow();
                    SpoolFile file = spool.create(new Base(base), base.length)) {
                for (int i = 0; i < 60; i++) {
                    int position = random.nextInt(LARGEST);
                    switch (random.nextInt(4)) {
                        case 0 -> {
                            file.truncate(position);
                            Arrays.fill(expected, Math.min(size, position), LARGEST, (byte) 0);
                            size = position;
                        }
                        case 1, 2 -> {
                            byte[] bytes = random(random, Math.min(LARGEST - position, random.nextInt(1, 40_000)));
                            assertThat(file.write(position, ByteBuffer.wrap(bytes)))
                                    .isEqualTo(bytes.length);
                            System.arraycopy(bytes, 0, expected, position, bytes.length);
                            size = Math.max(size, position + bytes.length);
                        }
                        default -> {
                            if (random.nextInt(8) == 0) {
                                file.complete();
                            }
                        }
                    }
                    int length = random.nextInt(LARGEST);
                    int end = Math.max(position, Math.min(size, position + length));
                    assertThat(read(file, position, length))
                            .as("seed %s, step %s", seed, i)
                            .isEqualTo(Arrays.copyOfRange(expected, position, end));
                    assertThat(spool.reserved()).isEqualTo(size);
                }
                file.complete();
                assertThat(Files.readAllBytes(file.path()))
                        .as("seed %s", seed)
                        .isEqualTo(Arrays.copyOf(expected, size));
            }
        }
    }

    @Test
    void theLimitIsSaidBeforeTheWriteAndNothingIsWritten() throws IOException {
        try (Spool spool = Spool.open(at, 1000).orElseThrow();
                SpoolFile file = spool.create(null, 0)) {
            file.write(0, ByteBuffer.wrap(new byte[600]));
            assertThatThrownBy(() -> file.write(500, ByteBuffer.wrap(new byte[501])))
                    .isInstanceOf(FuseException.class)
                    .hasMessage("ENOSPC");
            assertThatThrownBy(() -> file.truncate(1001)).hasMessage("ENOSPC");
            assertThatThrownBy(() -> spool.create(new Base(new byte[500]), 500)).hasMessage("ENOSPC");
            assertThat(file.size()).isEqualTo(600);
            assertThat(file.write(600, ByteBuffer.wrap(new byte[400]))).isEqualTo(400);
        }
        try (Spool again = Spool.open(at, 1000).orElseThrow()) {
            assertThat(again.reserved()).isZero();
        }
    }

    @Test
    void onlyTheOwnerReadsItAndOneMountHasIt() throws IOException {
        try (Spool spool = Spool.open(at, 1000).orElseThrow();
                SpoolFile file = spool.create(null, 0)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(at)))
                    .isEqualTo("rwx------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())))
                    .isEqualTo("rw-------");
            assertThat(Spool.open(at, 1000)).isEmpty();
        }
    }

    @Test
    void whatAKilledMountLeftIsRemovedButNotWhatCouldNotBeSaved() throws IOException {
        Path kept;
        try (Spool spool = Spool.open(at, 1000).orElseThrow()) {
            SpoolFile lost = spool.create(null, 0);
            lost.write(0, ByteBuffer.wrap(new byte[] {1, 2}));
            kept = lost.keep("name");
            spool.create(null, 0);
        }
        Optional<Spool> again = Spool.open(at, 1000);
        assertThat(again).isPresent();
        again.get().close();
        assertThat(Files.readAllBytes(kept)).containsExactly(1, 2);
        try (var files = Files.list(at)) {
            assertThat(files.map(each -> each.getFileName().toString())).containsExactlyInAnyOrder("lock", "unsaved");
        }
    }
}
