package io.trivet.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A copy of a node's disks. The node must not run. */
final class Snapshot {
    private final List<Path> disks;
    private final Path copies;

    private Snapshot(List<Path> disks, Path copies) {
        this.disks = List.copyOf(disks);
        this.copies = copies;
    }

    /** {@code copies} is created, or replaced if it exists. */
    static Snapshot of(List<Path> disks, Path copies) throws IOException {
        removeBelow(copies);
        Snapshot snapshot = new Snapshot(disks, copies);
        for (int number = 0; number < disks.size(); number++) {
            copy(disks.get(number), snapshot.copy(number));
        }
        return snapshot;
    }

    private Path copy(int disk) {
        return copies.resolve("disk" + disk);
    }

    /**
     * Replaces the current content of the disks by the copy. Once, because the copy is then
     * removed.
     */
    void putBack() throws IOException {
        for (int number = 0; number < disks.size(); number++) {
            removeBelow(disks.get(number));
            copy(copy(number), disks.get(number));
        }
        removeBelow(copies);
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        for (Path path : below(from)) {
            Files.copy(
                    path,
                    to.resolve(from.relativize(path).toString()),
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    private static void removeBelow(Path directory) throws IOException {
        if (Files.exists(directory)) {
            for (Path path : below(directory).reversed()) {
                Files.delete(path);
            }
        }
    }

    /** Directories before their content; without the directory itself. */
    private static List<Path> below(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(path -> !path.equals(directory))
                    .sorted(Comparator.naturalOrder())
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
