package io.trivet.faults.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A temporary directory of this process, for parsers that read files; in memory if the system
 * supports it. Deleted when the process ends.
 */
public final class Scratch {
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final Path DIRECTORY = make();

    private Scratch() {}

    public static Path directory() {
        return DIRECTORY;
    }

    public static Path file(String name, byte[] content) throws IOException {
        return Files.write(DIRECTORY.resolve(name), content);
    }

    private static Path make() {
        try {
            Path directory = Files.isWritable(MEMORY)
                    ? Files.createTempDirectory(MEMORY, "trivet-fuzz")
                    : Files.createTempDirectory("trivet-fuzz");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(directory)));
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void remove(Path directory) {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException _) {
            // The system empties the place at its next start.
        }
    }
}
