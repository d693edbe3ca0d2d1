package io.trivet.faults;

import io.trivet.chunk.ChunkFormat;
import io.trivet.chunk.ChunkTrailer;
import io.trivet.chunk.DiskFiles;
import io.trivet.chunk.DiskPaths;
import io.trivet.chunk.RecordLocation;
import io.trivet.chunk.SystemDiskFiles;
import io.trivet.chunk.VolumeSurvey;
import io.trivet.model.ChunkId;
import io.trivet.model.FileRecord;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The replicas on a node's disks, as chunk files and as records of volumes, read from outside while
 * the node runs. The volumes are read once, when they are first asked for. One thread.
 */
final class ReplicaFiles {
    /** Before the chunk's bytes in a volume. */
    static final int RECORD_HEADER_BYTES = 64;

    private final List<Path> disks;
    private @Nullable Map<Path, Replica> records;

    ReplicaFiles(List<Path> disks) {
        this.disks = List.copyOf(disks);
    }

    /**
     * Chunk and trailer of one replica.
     *
     * @param start in the file
     * @param size in bytes
     * @param shared whether the file holds other chunks too
     */
    record Replica(Path file, long start, long size, boolean shared) {
        private DiskFiles.OpenFile open() throws IOException {
            return shared
                    ? new RecordLocation(file, start, (int) size).open(new SystemDiskFiles())
                    : new SystemDiskFiles().open(file);
        }
    }

    /** The names of all replicas on any disk, sorted. */
    List<Path> files() throws IOException {
        List<Path> all = new ArrayList<>(records().keySet());
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

    private Map<Path, Replica> records() throws IOException {
        Map<Path, Replica> known = records;
        if (known == null) {
            known = new HashMap<>();
            for (Path disk : disks) {
                surveyVolumes(disk, known);
            }
            records = known;
        }
        return known;
    }

    private static void surveyVolumes(Path disk, Map<Path, Replica> into) throws IOException {
        Path directory = new DiskPaths(disk).volumes();
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> all = Files.list(directory)) {
            for (Path volume : all.filter(VolumeSurvey::isVolume).sorted().toList()) {
                survey(volume, into);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** A volume may be compacted away while it is read. */
    private static void survey(Path volume, Map<Path, Replica> into) throws IOException {
        try {
            VolumeSurvey.of(new SystemDiskFiles(), volume, new VolumeSurvey.Visitor() {
                @Override
                public void record(ChunkId chunk, Slot slot, RecordLocation location) {
                    into.put(name(chunk, slot), new Replica(volume, location.start(), location.size(), true));
                }

                @Override
                public void damaged(Path path, long from, long to) {
                    // No replica.
                }
            });
        } catch (NoSuchFileException _) {
            // Its chunks are in another one.
        }
    }

    /** The name of a chunk in {@link #files}. */
    static Path name(FileRecord record, int number) {
        return name(record.chunk(number), record.slotOf(number));
    }

    private static Path name(ChunkId chunk, Slot slot) {
        DiskPaths anywhere = new DiskPaths(Path.of(""));
        return anywhere.chunks().relativize(anywhere.chunk(chunk, slot));
    }

    /** The replica of a name from {@link #files}, on this or another node, on any of its disks. */
    Optional<Replica> find(Path name) throws IOException {
        Replica record = records().get(name);
        if (record != null) {
            return Optional.of(record);
        }
        Optional<Path> file = disks.stream()
                .map(disk -> new DiskPaths(disk).chunks().resolve(name))
                .filter(Files::exists)
                .findFirst();
        return file.isEmpty()
                ? Optional.empty()
                : Optional.of(new Replica(file.get(), 0, Files.size(file.get()), false));
    }

    /** Whether this node's replica is sound, by its trailer and every byte. */
    boolean isGood(Path name) throws IOException {
        Optional<Replica> found = find(name);
        return found.isPresent() && isWhole(found.get(), name);
    }

    private static boolean isWhole(Replica replica, Path name) {
        try (DiskFiles.OpenFile file = replica.open()) {
            ChunkTrailer trailer = ChunkFormat.read(file, replica.file());
            if (!DiskPaths.chunkNamed(name).equals(Optional.of(trailer.header().chunk()))) {
                return false;
            }
            ByteBuffer bytes = ByteBuffer.allocate(trailer.header().length());
            while (bytes.hasRemaining() && file.read(bytes, bytes.position()) >= 0) {}
            CRC32C crc = new CRC32C();
            crc.update(bytes.flip());
            return (int) crc.getValue() == trailer.crc32c();
        } catch (IOException | TrivetException _) {
            return false;
        }
    }
}
