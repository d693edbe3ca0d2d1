package io.trivet.chunk;

import io.trivet.model.ChunkId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The disks of one node: those that serve, those that were refused at start, those that failed since. The set never grows. Any thread. */
final class Shelves implements Closeable {
    private final List<Shelf> shelves;
    private final List<DiskStatus> refused;

    private Shelves(List<Shelf> shelves, List<DiskStatus> refused) {
        this.shelves = List.copyOf(shelves);
        this.refused = List.copyOf(refused);
    }

    /** Opens what can be opened and reports the rest as lost (rule 12); throws the first refusal if nothing can. */
    static Shelves open(DiskFiles files, StoreSettings settings, LossListener losses) {
        Map<UUID, Shelf> shelves = new LinkedHashMap<>();
        List<DiskStatus> refused = new ArrayList<>();
        @Nullable TrivetException first = null;
        for (Path root : settings.disks()) {
            try {
                Shelf shelf = start(files, new DiskTree(root), settings, losses, shelves);
                shelves.put(shelf.disk().identity().disk(), shelf);
            } catch (TrivetException e) {
                first = first == null ? e : first;
                refused.add(new DiskStatus(root, DiskStatus.State.REFUSED, String.valueOf(e.getMessage()), 0, 0));
                losses.lost(new Loss.WholeDisk(root, String.valueOf(e.getMessage())));
            }
        }
        if (shelves.isEmpty() && first != null) {
            throw first;
        }
        return new Shelves(List.copyOf(shelves.values()), refused);
    }

    private static Shelf start(
            DiskFiles files, DiskTree tree, StoreSettings settings, LossListener losses, Map<UUID, Shelf> others) {
        try {
            Disk disk = Disk.open(files, tree, settings, losses);
            boolean started = false;
            try {
                requireDifferent(disk, others);
                Shelf shelf = Shelf.start(disk, space(disk, settings, others.values()));
                started = true;
                return shelf;
            } finally {
                if (!started) {
                    disk.close();
                }
            }
        } catch (IOException e) {
            throw new TrivetException(
                    new Refusal(Refusal.Kind.DISK_FAILED, tree.root().toString(), String.valueOf(e.getMessage())), e);
        }
    }

    private static DiskSpace space(Disk disk, StoreSettings settings, Collection<Shelf> others) throws IOException {
        return new DiskSpace(disk.files(), disk.tree().root(), settings.reserveBytes())
                .beside(others.stream().map(Shelf::space).toList());
    }

    private static void requireDifferent(Disk disk, Map<UUID, Shelf> others) {
        Shelf other = others.get(disk.identity().disk());
        if (other != null) {
            throw TrivetException.of(
                    Refusal.Kind.ALREADY_EXISTS,
                    disk.tree().root().toString(),
                    "this is the same disk as " + other.disk().tree().root() + ", or a copy of it: name it once");
        }
    }

    /** Disks in service. */
    List<Shelf> serving() {
        return shelves.stream().filter(shelf -> shelf.disk().serves()).toList();
    }

    /** Disks in service, the one that should take the chunk first. */
    List<Shelf> inOrderFor(ChunkId chunk) {
        Map<Shelf, Double> draws = new HashMap<>();
        for (Shelf shelf : serving()) {
            try {
                draws.put(shelf, DiskChoice.draw(shelf.disk().identity().disk(), shelf.freeBytes(), chunk));
            } catch (IOException e) {
                shelf.disk().failed(chunk, e);
            }
        }
        return draws.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.naturalOrder()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Bytes on disks in service. */
    long usedBytes() {
        return serving().stream().mapToLong(Shelf::usedBytes).sum();
    }

    /** Bytes that chunks may still take; what several disks share counts once. */
    long freeBytes() {
        Map<Object, Long> free = new HashMap<>();
        for (Shelf shelf : serving()) {
            long room = status(shelf).freeBytes();
            free.merge(shelf.space().fileSystem(), room, Math::max);
        }
        return free.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Every disk, those that were refused last. */
    List<DiskStatus> statuses() {
        List<DiskStatus> all = new ArrayList<>();
        for (Shelf shelf : shelves) {
            all.add(status(shelf));
        }
        all.addAll(refused);
        return List.copyOf(all);
    }

    @Override
    public void close() throws IOException {
        for (Shelf shelf : shelves) {
            shelf.disk().close();
        }
    }

    private static DiskStatus status(Shelf shelf) {
        Disk disk = shelf.disk();
        long free = 0;
        try {
            free = disk.serves() ? shelf.freeBytes() : 0;
        } catch (IOException e) {
            disk.suspect(e);
        }
        DiskStatus.State state = disk.serves() ? DiskStatus.State.SERVING : DiskStatus.State.FAILED;
        return new DiskStatus(disk.tree().root(), state, disk.reason(), shelf.usedBytes(), free);
    }
}
