package io.trivet.chunk;

import io.trivet.chunk.VolumeFormat.RecordHeader;
import io.trivet.chunk.VolumeFormat.VolumeHeader;
import io.trivet.model.ChunkId;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Builds the index of a disk's volumes at its start. A sealed volume is read by its contents, or by
 * its headers if those are damaged. An open one, the last of a process that ended abruptly, is
 * fsynced, then read whole and past the page cache: what was never acknowledged is cut off, and the
 * volume is sealed. On return everything in the index is durable (rule 11).
 *
 * <p>Later records win: of two for one chunk the one behind is the newer. If it is damaged, the
 * earlier one stays. The loser is marked as removed. One thread.
 */
final class VolumeRecovery {
    private final Disk disk;
    private final DiskFiles files;
    private final VolumeIndex index;
    private final Set<Long> hidden;
    private final NavigableMap<Integer, Volume> volumes = new TreeMap<>();
    private final List<Duplicate> duplicates = new ArrayList<>();
    private int lastNumber;

    /** @param hidden places that must not be claimed */
    VolumeRecovery(Disk disk, VolumeIndex index, Set<Long> hidden) {
        this.disk = disk;
        this.files = disk.files();
        this.index = index;
        this.hidden = hidden;
    }

    private record Duplicate(ChunkId chunk, Slot slot, long earlier, long later) {}

    /** The volumes found. */
    NavigableMap<Integer, Volume> volumes() {
        return volumes;
    }

    /** The greatest number of a volume, also of one that was dropped. */
    int lastNumber() {
        return lastNumber;
    }

    void run() throws IOException {
        NavigableMap<Integer, Path> found = new TreeMap<>();
        files.list(
                disk.tree().volumes(),
                path -> DiskPaths.volumeNamed(path).ifPresent(number -> found.put(number, path)));
        for (var entry : found.entrySet()) {
            lastNumber = entry.getKey();
            recover(entry.getKey(), entry.getValue());
        }
        duplicates.forEach(this::settle);
        index.each((chunk, slot, place) -> volumeOf(place).use(RecordPlace.bytes(place)));
    }

    private Volume volumeOf(long place) {
        Volume volume = volumes.get(RecordPlace.volume(place));
        if (volume == null) {
            throw new IllegalStateException("no volume " + RecordPlace.volume(place));
        }
        return volume;
    }

    private void recover(int number, Path path) throws IOException {
        Optional<VolumeHeader> header;
        long size;
        try (DiskFiles.OpenFile file = files.open(path)) {
            size = file.size();
            header = header(file, number, path);
        }
        if (header.isPresent() && header.get().sealed() && header.get().end() <= size) {
            recoverSealed(header.get(), path);
        } else {
            recoverOpen(number, path, header.map(VolumeHeader::id), size);
        }
    }

    /** A header that cannot be read counts as damaged. */
    private static Optional<VolumeHeader> header(DiskFiles.OpenFile file, int number, Path path) {
        try {
            return VolumeFormat.volumeHeader(VolumeFormat.read(file, 0, VolumeFormat.UNIT), number, path);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private void recoverSealed(VolumeHeader header, Path path) throws IOException {
        Volume volume = new Volume(header.number(), header.id(), path, header.end());
        volumes.put(header.number(), volume);
        try (DiskFiles.OpenFile file = files.open(path)) {
            if (readContents(volume, file, header)) {
                volume.entries(header.entries());
                return;
            }
            new VolumeScan(file, Optional.of(header.id())).run(header.end(), new VolumeScan.Visitor() {
                @Override
                public void record(RecordHeader record) {
                    admit(volume, record);
                }

                @Override
                public void damaged(long from, long to) {
                    salvage(volume, file, from, to);
                }
            });
        }
    }

    private boolean readContents(Volume volume, DiskFiles.OpenFile file, VolumeHeader header) {
        try {
            return VolumeContents.read(file, header, entry -> {
                if (!entry.removed()) {
                    admit(volume, entry.chunk(), entry.slot(), entry.position(), entry.bytes());
                }
            });
        } catch (IOException e) {
            return false;
        }
    }

    private void admit(Volume volume, RecordHeader record) {
        if (!record.removed()) {
            admit(volume, record.chunk(), record.slot(), record.position(), record.bytes());
        }
    }

    private void admit(Volume volume, ChunkId chunk, Slot slot, long position, int bytes) {
        long place = RecordPlace.of(volume.number(), position, bytes);
        if (hidden.contains(place)) {
            volume.keep();
            return;
        }
        long earlier = index.put(chunk, slot, place);
        if (earlier != RecordPlace.NONE && earlier != place) {
            duplicates.add(new Duplicate(chunk, slot, earlier, place));
        }
    }

    /**
     * A record whose header is damaged was acknowledged: its trailer tells which chunk it was, and
     * whoever opens that quarantines it. If that is damaged too, an unknown chunk is lost.
     */
    private void salvage(Volume volume, DiskFiles.OpenFile file, long from, long to) {
        Optional<VolumeSurvey.Salvaged> salvaged = VolumeSurvey.salvaged(file, volume.path(), from, to);
        if (salvaged.isPresent()) {
            ChunkHeader header = salvaged.get().trailer().header();
            admit(volume, header.chunk(), header.slot(), from, (int) (to - from));
            return;
        }
        disk.lost(new StoreLoss.Volume(
                disk.tree().root(), volume.path(), "bytes " + from + " to " + to + " are damaged"));
        fill(volume, from, to);
    }

    /** What a scan of an open volume finds. */
    private final class Findings implements VolumeScan.Visitor {
        private final DiskFiles.OpenFile file;
        private final Path path;
        private final List<RecordHeader> records = new ArrayList<>();
        private final List<long[]> damage = new ArrayList<>();
        private final List<RecordHeader> unsound = new ArrayList<>();

        /** What is before was durable when a record behind it was written. */
        private long durable;

        private long end = VolumeFormat.UNIT;

        Findings(DiskFiles.OpenFile file, Path path) {
            this.file = file;
            this.path = path;
        }

        @Override
        public void record(RecordHeader record) {
            durable = Math.max(durable, record.durable());
            if (record.removed() || isSoundOrUnreadable(record)) {
                end = record.position() + record.bytes();
                records.add(record);
            } else {
                unsound.add(record);
            }
        }

        /** What the disk cannot read is no torn tail: whoever opens it quarantines it. */
        private boolean isSoundOrUnreadable(RecordHeader record) {
            try {
                return isSound(record, file, path);
            } catch (IOException e) {
                return true;
            }
        }

        @Override
        public void damaged(long from, long to) {
            damage.add(new long[] {from, to});
        }
    }

    private void recoverOpen(int number, Path path, Optional<Long> id, long size) throws IOException {
        syncOpen(path);
        long whole = size / VolumeFormat.UNIT * VolumeFormat.UNIT;
        Findings found;
        Optional<Long> known;
        try (DiskFiles.OpenFile file = files.openPastCache(path)) {
            VolumeScan scan = new VolumeScan(file, id);
            found = new Findings(file, path);
            scan.run(whole, found);
            known = scan.volume();
            if (scan.isUnreadable()) {
                found.durable = whole;
                found.end = whole;
            }
        }
        if (known.isEmpty()) {
            recoverNothing(path, size);
            return;
        }
        Volume volume = new Volume(number, known.get(), path, found.end);
        volumes.put(number, volume);
        found.records.forEach(record -> admit(volume, record));
        for (RecordHeader record : found.unsound) {
            if (record.position() < found.durable) {
                admit(volume, record);
            } else if (record.position() < found.end) {
                fill(volume, record.position(), record.position() + record.bytes());
            }
        }
        settleDamage(volume, found);
        sealRecovered(volume);
    }

    private void settleDamage(Volume volume, Findings found) throws IOException {
        try (DiskFiles.OpenFile file = files.open(volume.path())) {
            for (long[] range : found.damage) {
                if (range[0] < found.durable) {
                    salvage(volume, file, range[0], range[1]);
                } else if (range[0] < found.end) {
                    fill(volume, range[0], range[1]);
                }
            }
        }
    }

    /** Another process may have ended before its records were durable. */
    private void syncOpen(Path path) throws IOException {
        try (DiskFiles.OpenFile file = files.open(path)) {
            file.sync();
        } catch (IOException e) {
            throw new FsyncFailedException(path + ": an fsync of the volume failed", e);
        }
    }

    /** If the disk is full or read-only, the next start reads all of the volume again. */
    private void sealRecovered(Volume volume) throws IOException {
        try (DiskFiles.OpenFile file = files.update(volume.path())) {
            file.truncate(volume.end());
            VolumeContents.seal(file, volume, index);
        } catch (NoSpaceException | ReadOnlyException _) {
            // See above.
        }
    }

    /** A file in which no header is sound: nothing was appended to it, or it is no volume any more. */
    private void recoverNothing(Path path, long size) throws IOException {
        if (size > VolumeFormat.UNIT) {
            disk.lost(new StoreLoss.Volume(disk.tree().root(), path, "no header in it is sound"));
            return;
        }
        try {
            files.delete(path);
        } catch (ReadOnlyException _) {
            // The next start tries again.
        }
    }

    private boolean isSound(RecordHeader record, DiskFiles.OpenFile file, Path path) throws IOException {
        try {
            ByteBuffer bytes =
                    VolumeFormat.read(file, record.position() + VolumeFormat.UNIT, record.length() + record.trailer());
            requireSound(disk, record, bytes, Volume.named(path, record.position()));
            return true;
        } catch (CorruptChunkException e) {
            return false;
        } catch (TrivetException e) {
            return true;
        }
    }

    /**
     * Verifies a record by its trailer.
     *
     * @param bytes chunk and trailer
     * @throws CorruptChunkException if it is not what was stored
     * @throws TrivetException if its trailer is of a newer version
     */
    static void requireSound(Disk disk, RecordHeader record, ByteBuffer bytes, Path named) throws IOException {
        if (bytes.remaining() != record.length() + record.trailer()) {
            throw new CorruptChunkException(
                    named, bytes.remaining(), record.length() + record.trailer() + " bytes", "the end of the file");
        }
        DiskFiles.OpenFile file = RecordFile.of(bytes);
        ChunkTrailer trailer = ChunkFormat.read(file, named);
        if (!trailer.header().chunk().equals(record.chunk()) || trailer.header().length() != record.length()) {
            throw new CorruptChunkException(
                    named, 0, record.chunk().toString(), trailer.stored().toString());
        }
        new ChunkReader(disk, named, file, trailer).verify();
    }

    private void settle(Duplicate duplicate) {
        boolean laterIsSound = isSound(duplicate.later, duplicate.chunk);
        long loser = laterIsSound || !isSound(duplicate.earlier, duplicate.chunk) ? duplicate.earlier : duplicate.later;
        long winner = loser == duplicate.earlier ? duplicate.later : duplicate.earlier;
        index.replace(duplicate.chunk, duplicate.slot, loser, winner);
        try {
            VolumeMarks.remove(files, volumeOf(loser), loser, duplicate.chunk, duplicate.slot);
        } catch (IOException e) {
            volumeOf(loser).keep();
        }
    }

    private boolean isSound(long place, ChunkId chunk) {
        Volume volume = volumeOf(place);
        long position = RecordPlace.position(place);
        try (DiskFiles.OpenFile file = files.openPastCache(volume.path())) {
            Optional<RecordHeader> header = VolumeFormat.recordHeader(
                    VolumeFormat.read(file, position, VolumeFormat.UNIT), Optional.of(volume.id()), position);
            return header.isPresent()
                    && header.get().chunk().equals(chunk)
                    && !header.get().removed()
                    && isSound(header.get(), file, volume.path());
        } catch (IOException e) {
            return false;
        }
    }

    /** Marks bytes that hold nothing, so that a later start does not report them again. */
    private void fill(Volume volume, long from, long to) {
        try {
            VolumeMarks.fill(files, volume, from, to);
        } catch (IOException e) {
            volume.keep();
        }
    }
}
