package io.trivet.faults;

import io.trivet.chunk.ChunkFormat;
import io.trivet.chunk.ChunkTrailer;
import io.trivet.chunk.DiskFiles;
import io.trivet.chunk.DiskTree;
import io.trivet.chunk.LocalFiles;
import io.trivet.model.FileRecord;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;

/** The files of chunks on a node's disk, seen from outside, while the node runs. */
record Replicas(Path disk) {
    /** The chunks' files, below {@code chunks/}, in the order of their names. */
    List<Path> files() throws IOException {
        Path chunks = new DiskTree(disk).chunks();
        try (var all = Files.walk(chunks)) {
            return all.filter(path -> DiskTree.chunkNamed(path).isPresent())
                    .map(chunks::relativize)
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** How {@link #files} names a chunk. */
    static Path name(FileRecord record, int number) {
        DiskTree anywhere = new DiskTree(Path.of(""));
        return anywhere.chunks().relativize(anywhere.chunk(record.chunk(number), record.slotOf(number)));
    }

    /** The file of a name that {@link #files} gave, here or on another disk. */
    Path file(Path name) {
        return new DiskTree(disk).chunks().resolve(name);
    }

    /** Whether this disk holds the chunk whole, by its trailer and every byte. */
    boolean isGood(Path name) {
        Path path = file(name);
        try (DiskFiles.OpenFile file = new LocalFiles().open(path)) {
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
