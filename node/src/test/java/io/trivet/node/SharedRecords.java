package io.trivet.node;

import io.trivet.chunk.DiskPaths;
import io.trivet.chunk.RecordLocation;
import io.trivet.chunk.SystemDiskFiles;
import io.trivet.chunk.VolumeSurvey;
import io.trivet.model.ChunkId;
import io.trivet.model.Slot;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The small chunks in the volumes of a node's disk, read from outside while the node runs. */
final class SharedRecords {
    private SharedRecords() {}

    /** Every chunk that is not removed, and where it is. */
    static Map<ChunkId, RecordLocation> of(Path disk) throws IOException {
        Map<ChunkId, RecordLocation> records = new TreeMap<>();
        Path directory = new DiskPaths(disk).volumes();
        if (!Files.exists(directory)) {
            return records;
        }
        try (Stream<Path> volumes = Files.list(directory)) {
            for (Path volume : volumes.filter(VolumeSurvey::isVolume).toList()) {
                collect(volume, records);
            }
        }
        return records;
    }

    /** A volume may be compacted away meanwhile. */
    private static void collect(Path volume, Map<ChunkId, RecordLocation> into) throws IOException {
        try {
            VolumeSurvey.of(new SystemDiskFiles(), volume, new VolumeSurvey.Visitor() {
                @Override
                public void record(ChunkId chunk, Slot slot, RecordLocation location) {
                    into.put(chunk, location);
                }

                @Override
                public void damaged(Path path, long from, long to) {
                    // No chunk.
                }
            });
        } catch (NoSuchFileException _) {
            // Its chunks are in another one.
        }
    }

    /** Flips a bit of a chunk; {@code at} counts from its first byte. */
    static void flip(RecordLocation location, long at) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(location.volume().toFile(), "rw")) {
            file.seek(location.start() + at);
            int old = file.read();
            file.seek(location.start() + at);
            file.write(old ^ 2);
        }
    }
}
