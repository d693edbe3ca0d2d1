package io.trivet.chunk;

import io.trivet.model.ChunkId;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Rewrites the volumes of one disk that are mostly dead: appends what they hold to the open volume,
 * as durable as any other chunk, and deletes them. So a crash at any moment leaves each chunk at
 * least once. One thread.
 */
final class VolumeCompaction {
    /** The most bytes that one run moves, to bound its rate. */
    static final long RUN_BYTES = 64L << 20;

    private static final long BATCH_BYTES = 1L << 20;
    private static final int BATCH_CHUNKS = 256;

    /** More volumes with less than {@link #FEW_BYTES} than this are merged. */
    private static final int SMALL_VOLUMES = 8;

    private static final long FEW_BYTES = VolumeAppender.VOLUME_BYTES / 4;

    /** An open volume with fewer dead bytes goes on. */
    private static final long ROLL_BYTES = 1L << 20;

    private final Disk disk;
    private final Volumes volumes;
    private final KeyedLocks<ChunkId> settling;
    private final Examination examination;

    /**
     * @param settling held for chunks while they move
     * @param examination reads a bad replica again, and quarantines it
     */
    VolumeCompaction(DiskStore diskStore, KeyedLocks<ChunkId> settling, Examination examination) {
        this.disk = diskStore.disk();
        this.volumes = diskStore.volumes();
        this.settling = settling;
        this.examination = examination;
    }

    /** What the store does with a replica that is not what it should be. */
    @FunctionalInterface
    interface Examination {
        void of(ChunkId chunk, Slot slot);
    }

    /** Compacts until nothing is left to do or {@link #RUN_BYTES} were moved. */
    void run() throws IOException {
        rollIfMostlyDead();
        long left = RUN_BYTES;
        while (left > 0 && disk.writes()) {
            Optional<Volume> chosen = choose();
            if (chosen.isEmpty()) {
                return;
            }
            left -= rewrite(chosen.get(), left);
        }
    }

    private void rollIfMostlyDead() {
        Volume active = volumes.active();
        if (active != null && active.deadBytes() > Math.max(ROLL_BYTES, active.liveBytes())) {
            volumes.roll();
        }
    }

    private Optional<Volume> choose() throws IOException {
        List<Volume> candidates = new ArrayList<>(volumes.all());
        candidates.removeIf(volume -> volume == volumes.active() || volume.isKept());
        Optional<Volume> least = candidates.stream()
                .filter(volume -> volume.deadBytes() > volume.liveBytes() || volume.liveBytes() == 0)
                .min(Comparator.comparingLong(Volume::liveBytes));
        if (least.isEmpty()) {
            List<Volume> small = candidates.stream()
                    .filter(volume -> volume.liveBytes() < FEW_BYTES)
                    .toList();
            least = small.size() <= SMALL_VOLUMES
                    ? Optional.empty()
                    : small.stream().min(Comparator.comparingLong(Volume::liveBytes));
        }
        return least.isPresent() && hasRoomFor(least.get().liveBytes()) ? least : Optional.empty();
    }

    /** The copies may use the reserve for a while: what is deleted then is at least as much. */
    private boolean hasRoomFor(long bytes) throws IOException {
        return bytes == 0 || disk.files().freeBytes(disk.tree().root()) > 2 * bytes;
    }

    /** Returns how many bytes it moved. */
    private long rewrite(Volume volume, long most) throws IOException {
        List<Volumes.Resident> residents = new ArrayList<>(volumes.residents(volume));
        residents.sort(Comparator.comparingLong(resident -> RecordPlace.position(resident.place())));
        long moved = residents.isEmpty() ? 0 : moveAll(volume, residents, most);
        if (moved < most && !volume.isKept()) {
            volumes.drop(volume);
            if (volumes.all().contains(volume)) {
                return most; // Something is still held: look again at the next run.
            }
        }
        return moved;
    }

    /** In batches, until as many bytes as allowed were moved. */
    private long moveAll(Volume volume, List<Volumes.Resident> residents, long most) throws IOException {
        try (DiskFiles.OpenFile file = volumes.openPastCache(volume).orElse(null)) {
            return file == null ? 0 : moveAll(volume, file, residents, most);
        }
    }

    private long moveAll(Volume volume, DiskFiles.OpenFile file, List<Volumes.Resident> residents, long most)
            throws IOException {
        long moved = 0;
        for (int from = 0; from < residents.size() && moved < most && !volume.isKept(); ) {
            int to = from;
            for (long bytes = 0; to < residents.size() && to - from < BATCH_CHUNKS && bytes < BATCH_BYTES; to++) {
                bytes += RecordPlace.bytes(residents.get(to).place());
            }
            if (!disk.writes()) {
                return most;
            }
            moved += move(volume, file, residents.subList(from, to));
            from = to;
        }
        return moved;
    }

    /** Holds all chunks of a batch, in order: others hold one at a time. */
    private long move(Volume volume, DiskFiles.OpenFile file, List<Volumes.Resident> batch) throws IOException {
        Deque<KeyedLocks.Held> held = new ArrayDeque<>();
        try {
            batch.stream().map(Volumes.Resident::chunk).sorted().forEach(chunk -> held.push(settling.hold(chunk)));
            return moveHeld(volume, file, batch);
        } finally {
            held.forEach(KeyedLocks.Held::close);
        }
    }

    private long moveHeld(Volume volume, DiskFiles.OpenFile file, List<Volumes.Resident> batch) throws IOException {
        List<Volumes.Resident> residents = new ArrayList<>();
        List<VolumeAppender.Append> copies = new ArrayList<>();
        for (Volumes.Resident resident : batch) {
            if (!volumes.isAt(resident)) {
                continue;
            }
            try {
                copies.add(volumes.copyOf(volume, file, resident));
                residents.add(resident);
            } catch (SystemBusyException e) {
                throw e;
            } catch (IOException e) {
                examine(resident);
            } catch (TrivetException e) {
                volume.keep(); // A newer release wrote it.
            }
        }
        if (!copies.isEmpty()) {
            volumes.move(residents, copies);
        }
        return copies.stream().mapToLong(VolumeAppender.Append::bytes).sum();
    }

    private void examine(Volumes.Resident resident) {
        try {
            examination.of(resident.chunk(), resident.slot());
        } catch (TrivetException _) {
            // The store has dealt with it.
        }
    }
}
