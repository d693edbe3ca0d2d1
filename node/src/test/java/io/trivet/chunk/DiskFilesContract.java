package io.trivet.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What every {@link DiskFiles} guarantees. */
abstract class DiskFilesContract {
    /** The operations under test. */
    abstract DiskFiles files();

    /** An empty directory. */
    abstract Path directory();

    @Test
    void whatIsWrittenIsRead() throws IOException {
        Path path = directory().resolve("a");
        try (DiskFiles.OpenFile file = files().create(path)) {
            file.write(bytes("hello "), 0);
            file.write(bytes("world"), 6);
            file.sync();
            assertThat(file.size()).isEqualTo(11);
        }

        assertThat(text(path)).isEqualTo("hello world");
        assertThat(files().size(path)).isEqualTo(11);
    }

    @Test
    void readingAtTheEndIsToldApartFromReadingNothing() throws IOException {
        Path path = made("a", "hello");
        try (DiskFiles.OpenFile file = files().open(path)) {
            assertThat(file.read(ByteBuffer.allocate(9), 5)).isEqualTo(-1);
            assertThat(file.read(ByteBuffer.allocate(9), 99)).isEqualTo(-1);
            assertThat(file.read(ByteBuffer.allocate(9), 3)).isEqualTo(2);
        }
    }

    /** From any position, any number of bytes, to the end and past it. */
    @Test
    void readingPastTheCacheReadsTheSame() throws IOException {
        Path path = directory().resolve("a");
        byte[] content = new byte[(1 << 20) + 12_345];
        new java.util.Random(1).nextBytes(content);
        try (DiskFiles.OpenFile file = files().create(path)) {
            file.write(ByteBuffer.wrap(content), 0);
            file.sync();
        }
        try (DiskFiles.OpenFile file = files().openPastCache(path)) {
            for (int[] span :
                    new int[][] {{0, 1}, {0, 9000}, {4096, 4096}, {5, 1 << 20}, {4095, 70_000}, {content.length - 3, 10}
                    }) {
                ByteBuffer into = ByteBuffer.allocate(span[1]);
                while (into.hasRemaining() && file.read(into, span[0] + into.position()) >= 0) {}
                assertThat(into.flip())
                        .isEqualTo(ByteBuffer.wrap(content, span[0], Math.min(span[1], content.length - span[0])));
            }
            assertThat(file.read(ByteBuffer.allocate(9), content.length)).isEqualTo(-1);
            assertThat(file.size()).isEqualTo(content.length);
        }
        assertThatThrownBy(() -> files().openPastCache(directory().resolve("none")))
                .isInstanceOf(java.nio.file.NoSuchFileException.class);
    }

    @Test
    void createNeverTakesAnExistingFile() throws IOException {
        Path path = made("a", "one");

        assertThatThrownBy(() -> files().create(path)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(text(path)).isEqualTo("one");
    }

    @Test
    void renameReplaces() throws IOException {
        Path from = made("a", "one");
        Path to = made("b", "two");

        files().rename(from, to);

        assertThat(text(to)).isEqualTo("one");
        assertThat(files().exists(from)).isFalse();
        files().syncDirectory(directory());
    }

    @Test
    void openFileOutlivesItsName() throws IOException {
        Path path = made("a", "one");
        try (DiskFiles.OpenFile file = files().open(path)) {
            files().delete(path);
            ByteBuffer into = ByteBuffer.allocate(3);
            assertThat(file.read(into, 0)).isEqualTo(3);
            assertThat(files().exists(path)).isFalse();
        }
    }

    @Test
    void directoryMayBeMadeTwiceAndIsListed() throws IOException {
        Path below = directory().resolve("d");
        files().makeDirectory(below);
        files().makeDirectory(below);
        made("a", "one");

        Set<Path> seen = new TreeSet<>();
        files().list(directory(), seen::add);

        assertThat(seen).containsExactly(directory().resolve("a"), below);
        files().delete(below);
        assertThat(files().exists(below)).isFalse();
    }

    @Test
    void directoryIsNotMadeOverAFile() throws IOException {
        Path path = made("a", "one");

        assertThatThrownBy(() -> files().makeDirectory(path)).isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void whatIsNotThereIsNamed() {
        Path none = directory().resolve("none");
        Path below = none.resolve("below");

        assertThatThrownBy(() -> files().open(none)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> files().create(below)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> files().delete(none)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> files().size(none)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> files().rename(none, below)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> files().makeDirectory(below)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> files().syncDirectory(none)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> files().list(none, path -> {})).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void lockIsHeldByOne() throws IOException {
        Path path = directory().resolve("lock");
        Optional<Closeable> held = files().lock(path);

        assertThat(held).isPresent();
        assertThat(files().lock(path)).isEmpty();
        held.get().close();
        Optional<Closeable> again = files().lock(path);
        assertThat(again).isPresent();
        again.get().close();
    }

    @Test
    void somethingIsFree() throws IOException {
        assertThat(files().freeBytes(directory())).isPositive();
    }

    @Test
    void directoriesOfOneFileSystemShareWhatIsFree() throws IOException {
        Path below = directory().resolve("below");
        files().makeDirectory(below);
        assertThat(files().fileSystem(below)).isEqualTo(files().fileSystem(directory()));
    }

    private Path made(String name, String text) throws IOException {
        Path path = directory().resolve(name);
        try (DiskFiles.OpenFile file = files().create(path)) {
            file.write(bytes(text), 0);
        }
        return path;
    }

    private String text(Path path) throws IOException {
        try (DiskFiles.OpenFile file = files().open(path)) {
            ByteBuffer bytes = ByteBuffer.allocate(100);
            int length = file.read(bytes, 0);
            return new String(bytes.array(), 0, length, StandardCharsets.UTF_8);
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
