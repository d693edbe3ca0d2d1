package io.trivet.packages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TarTest {
    private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    Path directory;

    @Test
    void theOrderAndTheTimesOfFilesDoNotShow() throws IOException {
        Path first = directory.resolve("first");
        Path second = directory.resolve("second");
        for (String name : new String[] {"a", "b", "c"}) {
            write(first, name);
        }
        for (String name : new String[] {"c", "a", "b"}) {
            write(second, name);
        }
        Files.setLastModifiedTime(second.resolve("a"), java.nio.file.attribute.FileTime.fromMillis(0));

        assertThat(archive(first)).isEqualTo(archive(second));
    }

    @Test
    void aNameThatDoesNotFitIsRefusedAndNotCut() throws IOException {
        write(directory, "n".repeat(120));
        assertThatThrownBy(() -> archive(directory)).hasMessageContaining("too long");
    }

    private static void write(Path directory, String name) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve(name), name);
    }

    private static byte[] archive(Path directory) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Tar tar = new Tar(bytes, TIME)) {
            tar.tree(directory, "root");
        }
        return bytes.toByteArray();
    }
}
