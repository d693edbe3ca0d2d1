package io.trivet.node;

import io.trivet.chunk.DiskPaths;
import io.trivet.chunk.RecordLocation;
import io.trivet.chunk.SystemDiskFiles;
import io.trivet.chunk.VolumeSurvey;
import io.trivet.model.ChunkId;
import io.trivet.model.Slot;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The chunks on a disk of a node that does not run, by their names. */
final class ChunkNames {
    private static final Logger LOG = LoggerFactory.getLogger(ChunkNames.class);

    private ChunkNames() {}

    /** Those in slots and in volumes; nothing of a chunk is read but the header of a record. */
    static void each(Path disk, Consumer<ChunkId> consumer) throws IOException {
        eachInSlots(disk, consumer);
        Path volumes = new DiskPaths(disk).volumes();
        if (!Files.exists(volumes)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(volumes, VolumeSurvey::isVolume)) {
            for (Path volume : files) {
                VolumeSurvey.of(new SystemDiskFiles(), volume, new VolumeSurvey.Visitor() {
                    @Override
                    public void record(ChunkId chunk, Slot slot, RecordLocation location) {
                        consumer.accept(chunk);
                    }

                    @Override
                    public void damaged(Path path, long from, long to) {
                        LOG.warn("damaged volume={} from={} to={}", path, from, to);
                    }
                });
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private static void eachInSlots(Path disk, Consumer<ChunkId> consumer) throws IOException {
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
