package io.trivet.chunk;

import io.trivet.model.ChunkId;
import io.trivet.model.Refusal;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The disks of one node: in service, refused, or failed. Each has a place, its directory. A disk
 * that does not serve is retried at its place, as at the start of the node; nothing that it held is
 * claimed before that succeeds. Any thread may look; one thread takes disks back.
 */
final class DiskSet implements Closeable {
    private final DiskFiles files;
    private final StoreSettings settings;
    private final StoreLossListener losses;
    private final List<Place> places;

    private DiskSet(DiskFiles files, StoreSettings settings, StoreLossListener losses) {
        this.files = files;
        this.settings = settings;
        this.losses = losses;
        this.places = settings.disks().stream().map(Place::new).toList();
    }

    /** A directory where a disk should be. */
    private static final class Place {
        private final DiskPaths tree;
        private final RetryBackoff pause = new RetryBackoff(System::nanoTime);

        /** Why there is no disk here; empty if there is one, which may have failed since. */
        private volatile String refusal = "";

        private volatile @Nullable DiskStore diskStore;

        /** Whether it is not tried again before the process restarts. */
        private volatile boolean givenUp;

        Place(Path root) {
            this.tree = new DiskPaths(root);
        }

        boolean serves() {
            DiskStore now = diskStore;
            return now != null && now.disk().serves();
        }
    }

    /**
     * Opens the disks that can serve and reports the others as lost (rule 12). Throws the first
     * refusal if none can serve.
     */
    static DiskSet open(DiskFiles files, StoreSettings settings, StoreLossListener losses) {
        DiskSet diskSet = new DiskSet(files, settings, losses);
        @Nullable TrivetException first = null;
        for (Place place : diskSet.places) {
            try {
                place.diskStore = diskSet.start(place, DiskStore.Hidden.NOTHING);
            } catch (TrivetException e) {
                first = first == null ? e : first;
                place.refusal = String.valueOf(e.getMessage());
                losses.lost(new StoreLoss.WholeDisk(place.tree.root(), place.refusal));
            }
        }
        if (diskSet.serving().isEmpty() && first != null) {
            throw first;
        }
        return diskSet;
    }

    private DiskStore start(Place place, DiskStore.Hidden hidden) {
        try {
            Disk disk = Disk.open(files, place.tree, settings, losses);
            boolean started = false;
            try {
                requireDifferent(disk);
                DiskStore diskStore =
                        DiskStore.start(disk, space(disk, settings, serving()), settings.smallBytes(), hidden);
                started = true;
                return diskStore;
            } finally {
                if (!started) {
                    disk.close();
                }
            }
        } catch (IOException e) {
            place.givenUp = e instanceof FsyncFailedException;
            throw new TrivetException(
                    new Refusal(Refusal.Kind.DISK_FAILED, place.tree.root().toString(), String.valueOf(e.getMessage())),
                    e);
        }
    }

    /**
     * Takes back disks that can serve again; {@code listener} is told that every slot changes.
     *
     * <p>A disk whose directories could not be fsynced at its start is not retried, because the
     * kernel would then report success (rule 11).
     */
    void takeBack(StoreChangeListener listener) {
        for (Place place : places) {
            if (!place.serves() && !place.givenUp && place.pause.isOver()) {
                takeBack(place, listener);
            }
        }
    }

    private void takeBack(Place place, StoreChangeListener listener) {
        @Nullable DiskStore before = place.diskStore;
        if (before != null && !before.isIdle()) {
            return;
        }
        try {
            if (before != null) {
                before.close();
            }
            DiskStore again = start(place, before == null ? DiskStore.Hidden.NOTHING : before.hidden());
            slots().forEach(listener::changing);
            place.diskStore = again;
            place.refusal = "";
            place.pause.succeeded();
            slots().forEach(listener::changed);
        } catch (TrivetException | IOException e) {
            place.pause.failed();
            place.refusal = before == null ? String.valueOf(e.getMessage()) : "";
        }
    }

    private static Stream<Slot> slots() {
        return IntStream.range(0, Slot.COUNT).mapToObj(Slot::new);
    }

    private static DiskSpace space(Disk disk, StoreSettings settings, Collection<DiskStore> others) throws IOException {
        return new DiskSpace(disk.files(), disk.tree().root(), settings.reserveBytes())
                .beside(others.stream().map(DiskStore::space).toList());
    }

    private void requireDifferent(Disk disk) {
        for (DiskStore other : serving()) {
            if (other.disk().identity().equals(disk.identity())) {
                throw TrivetException.of(
                        Refusal.Kind.ALREADY_EXISTS,
                        disk.tree().root().toString(),
                        "this is the same disk as " + other.disk().tree().root() + ", or a copy of it: name it once");
            }
        }
    }

    /** Disks in service; what is on them can be read. */
    List<DiskStore> serving() {
        return shelves().filter(diskStore -> diskStore.disk().serves()).toList();
    }

    /** Disks in service that take new chunks if they have room. */
    List<DiskStore> writing() {
        return shelves().filter(diskStore -> diskStore.disk().writes()).toList();
    }

    private Stream<DiskStore> shelves() {
        return places.stream().map(place -> place.diskStore).flatMap(Stream::ofNullable);
    }

    /** Disks that take chunks, the preferred one for this chunk first. */
    List<DiskStore> inOrderFor(ChunkId chunk) {
        Map<DiskStore, Double> draws = new HashMap<>();
        for (DiskStore diskStore : writing()) {
            try {
                draws.put(
                        diskStore, DiskSelector.draw(diskStore.disk().identity().disk(), diskStore.freeBytes(), chunk));
            } catch (IOException e) {
                diskStore.disk().failed(chunk, e);
            }
        }
        return draws.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.naturalOrder()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Bytes used on disks in service. */
    long usedBytes() {
        return serving().stream().mapToLong(DiskStore::usedBytes).sum();
    }

    /** Bytes that chunks may still take; space that disks share counts once. */
    long freeBytes() {
        Map<Object, Long> free = new HashMap<>();
        for (DiskStore diskStore : writing()) {
            long room = status(diskStore).freeBytes();
            free.merge(diskStore.space().fileSystem(), room, Math::max);
        }
        return free.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Bytes that may still be written on the disk with the most room. */
    long room() {
        return writing().stream()
                .mapToLong(diskStore -> status(diskStore).freeBytes())
                .max()
                .orElse(0);
    }

    /** Every disk; refused ones last. */
    List<DiskStatus> statuses() {
        List<DiskStatus> all = new ArrayList<>();
        shelves().forEach(diskStore -> all.add(status(diskStore)));
        places.stream()
                .filter(place -> place.diskStore == null)
                .forEach(place ->
                        all.add(new DiskStatus(place.tree.root(), DiskStatus.State.REFUSED, place.refusal, 0, 0)));
        return List.copyOf(all);
    }

    @Override
    public void close() throws IOException {
        for (DiskStore diskStore : shelves().toList()) {
            diskStore.close();
        }
    }

    private static DiskStatus status(DiskStore diskStore) {
        Disk disk = diskStore.disk();
        long free = 0;
        try {
            free = disk.writes() ? diskStore.freeBytes() : 0;
        } catch (IOException e) {
            disk.suspect(e);
        }
        return new DiskStatus(disk.tree().root(), state(disk), disk.reason(), diskStore.usedBytes(), free);
    }

    private static DiskStatus.State state(Disk disk) {
        if (!disk.serves()) {
            return DiskStatus.State.FAILED;
        }
        return disk.writes() ? DiskStatus.State.SERVING : DiskStatus.State.READ_ONLY;
    }
}
