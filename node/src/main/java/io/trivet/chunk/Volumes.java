package io.trivet.chunk;

import io.trivet.chunk.VolumeFormat.RecordHeader;
import io.trivet.model.ChunkId;
import io.trivet.model.Slot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The small chunks on one disk: records in volumes, found by an index in memory. Any thread; the
 * {@link ChunkStore} excludes conflicting calls for one chunk.
 */
final class Volumes {
    private final Disk disk;
    private final DiskFiles files;
    private final VolumeIndex index = new VolumeIndex();
    private final Map<Integer, Volume> volumes = new ConcurrentSkipListMap<>();
    private final Set<Long> hidden = ConcurrentHashMap.newKeySet();
    private final AtomicLong usedBytes = new AtomicLong();
    private final VolumeDirectory directory;
    private final VolumeAppender appender;

    private Volumes(Disk disk, Set<Long> hidden) throws IOException {
        this.disk = disk;
        this.files = disk.files();
        this.hidden.addAll(hidden);
        this.directory = new VolumeDirectory(disk);
        int lastNumber = 0;
        if (directory.isThere()) {
            VolumeRecovery recovery = new VolumeRecovery(disk, index, hidden);
            recovery.run();
            volumes.putAll(recovery.volumes());
            lastNumber = recovery.lastNumber();
        }
        this.appender = new VolumeAppender(files, disk.tree(), index, directory, lastNumber, new Admission());
        volumes.values().forEach(volume -> usedBytes.addAndGet(volume.liveBytes()));
    }

    private final class Admission implements VolumeAppender.Listener {
        @Override
        public void begun(Volume volume) {
            volumes.put(volume.number(), volume);
        }

        @Override
        public void durable(VolumeAppender.Append append) {
            admit(append.chunk(), append.slot(), append.place());
        }
    }

    /**
     * Reads what is there. On return everything in it is durable.
     *
     * @param hidden places that must not be claimed: {@link #hidden} of the volumes that served this
     *     disk before in this process
     */
    static Volumes start(Disk disk, Set<Long> hidden) throws IOException {
        return new Volumes(disk, hidden);
    }

    /** Places of bad records that could not be marked as removed. */
    Set<Long> hidden() {
        return new HashSet<>(hidden);
    }

    /** Bytes of the records of all chunks. */
    long usedBytes() {
        return usedBytes.get();
    }

    boolean has(ChunkId chunk, Slot slot) {
        return index.get(chunk, slot) != RecordPlace.NONE;
    }

    /** Passes every chunk of a slot, without reading anything. */
    void visit(Slot slot, DiskStore.ChunkVisitor visitor) throws IOException {
        index.each(slot, (chunk, _, place) -> {
            Volume volume = volumes.get(RecordPlace.volume(place));
            if (volume != null) {
                visitor.visit(chunk, volume.named(RecordPlace.position(place)));
            }
        });
    }

    /** A record open for reading. */
    record Opened(DiskFiles.OpenFile file, Path path) {}

    /** Opens the record of a chunk; empty if there is none. */
    Optional<Opened> open(ChunkId chunk, Slot slot, DiskStore.Opening opening) throws IOException {
        while (true) {
            long place = index.get(chunk, slot);
            if (place == RecordPlace.NONE) {
                return Optional.empty();
            }
            Volume volume = volumes.get(RecordPlace.volume(place));
            if (volume == null) {
                forgetLost(chunk, slot, place);
                continue;
            }
            Optional<Opened> opened = open(volume, place, chunk, slot, opening);
            if (opened.isPresent()) {
                return opened;
            }
        }
    }

    /** A record that became durable just when its volume was found to be gone. */
    private void forgetLost(ChunkId chunk, Slot slot, long place) {
        if (index.get(chunk, slot) == place) {
            disk.lost(new StoreLoss.Replica(disk.tree().root(), chunk, "its volume is gone"));
            forget(chunk, slot, place);
        }
    }

    /** Empty if the index may have changed meanwhile: ask it again. */
    private Optional<Opened> open(Volume volume, long place, ChunkId chunk, Slot slot, DiskStore.Opening opening)
            throws IOException {
        DiskFiles.OpenFile file;
        try {
            file = opening.open(volume.path());
        } catch (NoSuchFileException e) {
            if (index.get(chunk, slot) == place) {
                loseIfGone(volume, e);
            }
            return Optional.empty();
        }
        boolean sound = false;
        try {
            RecordHeader header = header(file, volume, place, chunk, slot);
            if (header.removed()) {
                forget(chunk, slot, place);
                return Optional.empty();
            }
            sound = true;
            long start = header.position() + VolumeFormat.UNIT;
            return Optional.of(new Opened(
                    new RecordFile(file, start, header.length() + header.trailer()), volume.named(header.position())));
        } finally {
            if (!sound) {
                file.close();
            }
        }
    }

    private static RecordHeader header(DiskFiles.OpenFile file, Volume volume, long place, ChunkId chunk, Slot slot)
            throws IOException {
        long position = RecordPlace.position(place);
        Optional<RecordHeader> header = VolumeFormat.recordHeader(
                VolumeFormat.read(file, position, VolumeFormat.UNIT), Optional.of(volume.id()), position);
        if (header.isEmpty()
                || header.get().bytes() != RecordPlace.bytes(place)
                || !header.get().chunk().equals(chunk)
                || !header.get().slot().equals(slot)) {
            throw new CorruptChunkException(
                    volume.path(), position, "the header of " + chunk, "other bytes: it was cut short or changed");
        }
        return header.get();
    }

    /**
     * A volume whose file vanished from a disk that is present: its chunks are lost, and that is
     * reported before any caller is told that a chunk is not here. Throws if the disk itself is gone.
     */
    private void loseIfGone(Volume volume, NoSuchFileException e) throws IOException {
        disk.requirePresent();
        if (!files.exists(disk.tree().volumes())) {
            throw new IOException(disk.tree().volumes() + ": the directory is gone: the disk was wiped", e);
        }
        synchronized (volume) {
            if (volumes.get(volume.number()) != volume || files.exists(volume.path())) {
                return;
            }
            disk.lost(new StoreLoss.Volume(disk.tree().root(), volume.path(), "the file is gone"));
            residents(volume).forEach(resident -> forget(resident.chunk, resident.slot, resident.place));
            volumes.remove(volume.number());
            appender.forget(volume);
        }
    }

    /** Stores a record; durable and found on return. */
    void append(VolumeAppender.Append append) throws IOException {
        appender.append(List.of(append));
    }

    private void admit(ChunkId chunk, Slot slot, long place) {
        use(place, 1);
        long old = index.put(chunk, slot, place);
        if (old != RecordPlace.NONE) {
            use(old, -1);
        }
    }

    private void forget(ChunkId chunk, Slot slot, long place) {
        if (index.remove(chunk, slot, place)) {
            use(place, -1);
        }
    }

    private void use(long place, int sign) {
        long bytes = (long) sign * RecordPlace.bytes(place);
        usedBytes.addAndGet(bytes);
        Volume volume = volumes.get(RecordPlace.volume(place));
        if (volume != null) {
            volume.use(bytes);
        }
    }

    /** Returns whether there was one. Not durable. */
    boolean remove(ChunkId chunk, Slot slot) throws IOException {
        long place = index.get(chunk, slot);
        if (place == RecordPlace.NONE) {
            return false;
        }
        mark(place, chunk, slot);
        return true;
    }

    /** Marks a record as removed; its chunk is not found there any more. */
    private void mark(long place, ChunkId chunk, Slot slot) throws IOException {
        Volume volume = volumes.get(RecordPlace.volume(place));
        if (volume == null) {
            forget(chunk, slot, place);
            return;
        }
        try {
            synchronized (volume.marking()) {
                VolumeMarks.remove(files, volume, place, chunk, slot);
                forget(chunk, slot, place);
            }
        } catch (NoSuchFileException e) {
            loseIfGone(volume, e);
            forget(chunk, slot, place);
        }
    }

    /**
     * Copies a bad record to a file, as far as it can be read, and marks it as removed. Its chunk is
     * not found from then on, whatever fails.
     *
     * @return whether there was one
     * @throws NoSpaceException or {@link ReadOnlyException} if the record stays where it is, hidden
     * @throws IOException if the file cannot be written otherwise
     */
    boolean quarantine(ChunkId chunk, Slot slot, Path target) throws IOException {
        long place = index.get(chunk, slot);
        Volume volume = volumes.get(RecordPlace.volume(place));
        if (place == RecordPlace.NONE || volume == null) {
            return false;
        }
        try {
            copy(volume, place, target);
            synchronized (volume.marking()) {
                VolumeMarks.remove(files, volume, place, chunk, slot);
                forget(chunk, slot, place);
            }
        } catch (IOException e) {
            hidden.add(place);
            volume.keep();
            throw e;
        } finally {
            forget(chunk, slot, place);
        }
        return true;
    }

    /** The whole record; zeros for what cannot be read. */
    private void copy(Volume volume, long place, Path target) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(RecordPlace.bytes(place));
        try (DiskFiles.OpenFile from = files.open(volume.path())) {
            while (bytes.hasRemaining() && from.read(bytes, RecordPlace.position(place) + bytes.position()) >= 0) {}
        } catch (IOException _) {
            // What was read is better than nothing.
        }
        try (DiskFiles.OpenFile to = files.create(target)) {
            to.write(bytes.rewind(), 0);
        } catch (NoSpaceException e) {
            files.delete(target);
            throw e;
        }
    }

    /** The number of places that are hidden. */
    int hiddenCount() {
        return hidden.size();
    }

    Collection<Volume> all() {
        return List.copyOf(volumes.values());
    }

    /** The volume that takes records; null if there is none. */
    @Nullable
    Volume active() {
        return appender.volume();
    }

    /** Seals the volume that takes records. */
    void roll() {
        appender.roll();
    }

    /** A chunk in a volume. */
    record Resident(ChunkId chunk, Slot slot, long place) {}

    /** The chunks that a volume holds. */
    List<Resident> residents(Volume volume) {
        List<Resident> residents = new ArrayList<>();
        index.eachIn(volume.number(), (chunk, slot, place) -> residents.add(new Resident(chunk, slot, place)));
        return residents;
    }

    /** Whether a chunk is still where it was. */
    boolean isAt(Resident resident) {
        return index.get(resident.chunk, resident.slot) == resident.place;
    }

    /** Opens a volume to copy its records from the disk; empty if its file is gone. */
    Optional<DiskFiles.OpenFile> openPastCache(Volume volume) throws IOException {
        try {
            return Optional.of(files.openPastCache(volume.path()));
        } catch (NoSuchFileException e) {
            loseIfGone(volume, e);
            return Optional.empty();
        }
    }

    /**
     * A verified copy of a record, to append elsewhere.
     *
     * @param file the volume's
     * @throws CorruptChunkException if it is not what was stored
     * @throws io.trivet.model.TrivetException if it is of a newer version
     */
    VolumeAppender.Append copyOf(Volume volume, DiskFiles.OpenFile file, Resident resident) throws IOException {
        RecordHeader header = header(file, volume, resident.place, resident.chunk, resident.slot);
        int content = header.length() + header.trailer();
        ByteBuffer record = ByteBuffer.allocate(header.bytes()).limit(VolumeFormat.UNIT + content);
        long start = header.position();
        while (record.hasRemaining() && file.read(record, start + record.position()) >= 0) {}
        ByteBuffer bytes = record.slice(VolumeFormat.UNIT, Math.max(0, record.position() - VolumeFormat.UNIT));
        VolumeRecovery.requireSound(disk, header, bytes, volume.named(start));
        return new VolumeAppender.Append(resident.chunk, resident.slot, header.length(), record);
    }

    /** Appends copies of records, and moves their chunks to them. The caller holds the chunks. */
    void move(List<Resident> residents, List<VolumeAppender.Append> copies) throws IOException {
        try {
            appender.append(copies);
        } finally {
            for (int i = 0; i < copies.size(); i++) {
                if (copies.get(i).place() != RecordPlace.NONE) {
                    mark(residents.get(i).place, residents.get(i).chunk, residents.get(i).slot);
                }
            }
        }
    }

    /** Deletes a volume without chunks. Durable on return. */
    void drop(Volume volume) throws IOException {
        synchronized (volume) {
            if (volume.liveBytes() != 0
                    || volume == active()
                    || !residents(volume).isEmpty()) {
                return;
            }
            volumes.remove(volume.number());
        }
        long ticket = directory.ticket();
        try {
            files.delete(volume.path());
        } catch (NoSuchFileException _) {
            // Somebody else deleted it; it held nothing.
        }
        directory.sync(ticket);
    }

    /** Ends the use of a disk in service; its next start need not read the open volume whole. */
    void close() {
        if (disk.writes()) {
            appender.roll();
        }
        appender.close();
    }
}
