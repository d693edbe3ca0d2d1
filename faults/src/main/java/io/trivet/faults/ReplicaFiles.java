package io.trivet.faults;

import io.trivet.chunk.ChunkFormat;
import io.trivet.chunk.ChunkTrailer;
import io.trivet.chunk.DiskFiles;
import io.trivet.chunk.DiskPaths;
import io.trivet.chunk.SystemDiskFiles;
import io.trivet.model.FileRecord;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/** The chunk files on a node's disks, read from outside while the node runs. */
record ReplicaFiles(List<Path> disks) {
    ReplicaFiles {
        disks = List.copyOf(disks);
    }

    /** The chunk files below {@code chunks/} of any disk, sorted by name. */
    List<Path> files() throws IOException {
        List<Path> all = new ArrayList<>();
        for (Path disk : disks) {
            all.addAll(files(disk));
        }
        return all.stream().sorted().distinct().toList();
    }

    private static List<Path> files(Path disk) throws IOException {
        Path chunks = new DiskPaths(disk).chunks();
        if (!Files.exists(chunks)) {
            return List.of();
        }
        try (var all = Files.walk(chunks)) {
            return all.filter(path -> DiskPaths.chunkNamed(path).isPresent())
                    .map(chunks::relativize)
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** The name of a chunk in {@link #files}. */
    static Path name(FileRecord record, int number) {
        DiskPaths anywhere = new DiskPaths(Path.of(""));
        return anywhere.chunks().relativize(anywhere.chunk(record.chunk(number), record.slotOf(number)));
    }

    /** The file of a name from {@link #files}, on this or another node, on any of its disks. */
    Optional<Path> file(Path name) {
        return disks.stream()
                .map(disk -> new DiskPaths(disk).chunks().resolve(name))
                .filter(Files::exists)
                .findFirst();
    }

    /** Whether this node's replica is sound, by its trailer and every byte. */
    boolean isGood(Path name) {
        Optional<Path> found = file(name);
        return found.isPresent() && isWhole(found.get());
    }

    private static boolean isWhole(Path path) {
        try (DiskFiles.OpenFile file = new SystemDiskFiles().open(path)) {
            ChunkTrailer trailer = ChunkFormat.read(file, path);
            byte[] bytes = Files.readAllBytes(path);
            CRC32C crc = new CRC32C();
            crc.update(bytes, 0, trailer.header().length());
            return (int) crc.getValue() == trailer.crc32c();
        } catch (IOException | TrivetException _) {
            return false;
        }
    }
}
