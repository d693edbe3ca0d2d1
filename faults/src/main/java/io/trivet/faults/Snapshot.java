package io.trivet.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** All that a node's disks held at one moment, as a copy. The node must not run. */
final class Snapshot {
    private final List<Path> disks;
    private final Path copies;

    private Snapshot(List<Path> disks, Path copies) {
        this.disks = List.copyOf(disks);
        this.copies = copies;
    }

    /** {@code copies} is a directory that is made, in place of an older one. */
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

    /** Once: what the disks hold now is gone, and the copy with it. */
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

    /** Directories before what is in them; not the directory itself. */
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
