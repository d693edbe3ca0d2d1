package io.trivet.node;

import io.trivet.chunk.DiskPaths;
import io.trivet.model.ChunkId;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** The chunks on a disk of a node that does not run, by their names. */
final class ChunkNames {
    private ChunkNames() {}

    /** Those in slots; nothing of a chunk is read. */
    static void each(Path disk, Consumer<ChunkId> consumer) throws IOException {
        try (DirectoryStream<Path> slots = Files.newDirectoryStream(
                new DiskPaths(disk).chunks(), slot -> DiskPaths.slotNamed(slot).isPresent())) {
            for (Path slot : slots) {
                try (DirectoryStream<Path> chunks = Files.newDirectoryStream(slot)) {
                    for (Path chunk : chunks) {
                        DiskPaths.chunkNamed(chunk).ifPresent(consumer);
                    }
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }
}
