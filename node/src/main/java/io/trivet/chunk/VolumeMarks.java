package io.trivet.chunk;

import io.trivet.chunk.VolumeFormat.RecordHeader;
import io.trivet.model.ChunkId;
import io.trivet.model.FileId;
import io.trivet.model.Slot;
import java.io.IOException;
import java.util.Optional;

/**
 * Marks records as removed, each by one write of its header, within one sector. Not durable, like
 * the removal of a file: after a crash the record may be back.
 */
final class VolumeMarks {
    /** Of a header that only tells a length; a removed record's chunk does not matter. */
    private static final ChunkId NOBODY = new ChunkId(new FileId(1, 1), 1);

    private VolumeMarks() {}

    /** Marks the record at a place, and its entry in the contents of a sealed volume. */
    static void remove(DiskFiles files, Volume volume, long place, ChunkId chunk, Slot slot) throws IOException {
        long position = RecordPlace.position(place);
        try (DiskFiles.OpenFile file = files.update(volume.path())) {
            RecordHeader removed = header(file, volume, position)
                    .filter(there -> there.bytes() == RecordPlace.bytes(place))
                    .map(RecordHeader::asRemoved)
                    .orElseGet(() -> filler(volume, position, RecordPlace.bytes(place), chunk, slot));
            file.write(removed.encode(), position);
            if (volume.entries() > 0) {
                VolumeContents.remove(file, volume, position);
            }
        }
    }

    /** What cannot be read is replaced like what is damaged. */
    private static Optional<RecordHeader> header(DiskFiles.OpenFile file, Volume volume, long position) {
        try {
            return VolumeFormat.recordHeader(
                    VolumeFormat.read(file, position, VolumeFormat.UNIT), Optional.of(volume.id()), position);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Makes these bytes removed records. */
    static void fill(DiskFiles files, Volume volume, long from, long to) throws IOException {
        try (DiskFiles.OpenFile file = files.update(volume.path())) {
            for (long at = from; at < to; ) {
                int bytes = (int) Math.min(to - at, RecordPlace.MAX_RECORD_BYTES);
                file.write(filler(volume, at, bytes, NOBODY, new Slot(0)).encode(), at);
                at += bytes;
            }
        }
    }

    private static RecordHeader filler(Volume volume, long position, int bytes, ChunkId chunk, Slot slot) {
        return new RecordHeader(volume.id(), position, 0, chunk, slot, bytes - VolumeFormat.UNIT, 0, true);
    }
}
