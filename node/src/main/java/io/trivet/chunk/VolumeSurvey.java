package io.trivet.chunk;

import io.trivet.chunk.VolumeFormat.RecordHeader;
import io.trivet.chunk.VolumeFormat.VolumeHeader;
import io.trivet.model.ChunkId;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** What is in a volume, from its bytes alone: for a rescue, and for tests that damage disks. */
public final class VolumeSurvey {
    private VolumeSurvey() {}

    /** Whether a file in {@code volumes/} has the name of a volume. */
    public static boolean isVolume(Path file) {
        return DiskPaths.volumeNamed(file).isPresent();
    }

    /** Receives what is in a volume, in order. */
    public interface Visitor {
        /** A chunk that was not removed; its bytes and its trailer are not checked. */
        void record(ChunkId chunk, Slot slot, RecordLocation location);

        /** Bytes that hold no record that can be recognized. */
        void damaged(Path volume, long from, long to);
    }

    /**
     * Passes every record of a volume. A record whose header is damaged is recognized by its
     * trailer.
     *
     * @throws TrivetException for a volume of a newer version
     */
    public static void of(DiskFiles files, Path path, Visitor visitor) throws IOException {
        try (DiskFiles.OpenFile file = files.open(path)) {
            Optional<VolumeHeader> header = VolumeFormat.volumeHeader(
                    VolumeFormat.read(file, 0, VolumeFormat.UNIT),
                    DiskPaths.volumeNamed(path).orElse(0),
                    path);
            long size = file.size() / VolumeFormat.UNIT * VolumeFormat.UNIT;
            long end = header.filter(VolumeHeader::sealed)
                    .map(whole -> Math.min(size, whole.end()))
                    .orElse(size);
            Set<Long> removed = removed(file, header);
            new VolumeScan(file, header.map(VolumeHeader::id)).run(end, new VolumeScan.Visitor() {
                @Override
                public void record(RecordHeader record) {
                    if (!record.removed() && !removed.contains(record.position())) {
                        visitor.record(
                                record.chunk(),
                                record.slot(),
                                new RecordLocation(
                                        path,
                                        record.position() + VolumeFormat.UNIT,
                                        record.length() + record.trailer()));
                    }
                }

                @Override
                public void damaged(long from, long to) {
                    Optional<Salvaged> salvaged =
                            removed.contains(from) ? Optional.empty() : salvaged(file, path, from, to);
                    if (salvaged.isPresent()) {
                        ChunkHeader chunk = salvaged.get().trailer().header();
                        visitor.record(
                                chunk.chunk(),
                                chunk.slot(),
                                new RecordLocation(
                                        path,
                                        from + VolumeFormat.UNIT,
                                        salvaged.get().size()));
                    } else {
                        visitor.damaged(path, from, to);
                    }
                }
            });
        }
    }

    /**
     * Where the contents of a sealed volume say that a record was removed. The mark in the record's own
     * header may have been lost in a crash.
     */
    private static Set<Long> removed(DiskFiles.OpenFile file, Optional<VolumeHeader> header) throws IOException {
        Set<Long> positions = new HashSet<>();
        if (header.isPresent() && header.get().sealed()) {
            VolumeContents.read(file, header.get(), entry -> {
                if (entry.removed()) {
                    positions.add(entry.position());
                }
            });
        }
        return positions;
    }

    /**
     * A record whose header is damaged.
     *
     * @param size of chunk and trailer
     */
    record Salvaged(ChunkTrailer trailer, int size) {}

    /** The record that fills these bytes, by its trailer, whose end is within the last 64. */
    static Optional<Salvaged> salvaged(DiskFiles.OpenFile file, Path path, long from, long to) {
        if (to - from > RecordPlace.MAX_RECORD_BYTES) {
            return Optional.empty();
        }
        for (int padding = 0; padding < VolumeFormat.UNIT; padding++) {
            int size = (int) (to - from) - VolumeFormat.UNIT - padding;
            try {
                ChunkTrailer trailer = ChunkFormat.read(
                        new RecordFile(file, from + VolumeFormat.UNIT, size), Volume.named(path, from));
                return Optional.of(new Salvaged(trailer, size));
            } catch (IOException | TrivetException _) {
                // Another length is tried.
            }
        }
        return Optional.empty();
    }
}
