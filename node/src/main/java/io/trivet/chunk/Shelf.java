package io.trivet.chunk;

import io.trivet.model.ChunkId;
import io.trivet.model.ClusterId;
import io.trivet.model.Slot;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** The chunks on one disk: found by their path, added by a rename, taken away by another. Any thread; what excludes whom is the store's to say. */
final class Shelf {
    private final Disk disk;
    private final DiskFiles files;
    private final DiskTree tree;
    private final DiskSpace space;
    private final SlotDirectories slots;
    private final AtomicLong usedBytes = new AtomicLong();
    private final AtomicLong draftNumber = new AtomicLong();
    private final AtomicLong quarantineStamp = new AtomicLong();

    private Shelf(Disk disk, DiskSpace space) {
        this.disk = disk;
        this.files = disk.files();
        this.tree = disk.tree();
        this.space = space;
        this.slots = new SlotDirectories(files, tree);
    }

    /** Removes what a crash left half done, and makes every name durable before anything is claimed (rule 11). */
    static Shelf start(Disk disk, DiskSpace space) throws IOException {
        Shelf shelf = new Shelf(disk, space);
        shelf.files.list(shelf.tree.temporary(), shelf.files::delete);
        shelf.slots.syncAll();
        for (int slot = 0; slot < Slot.COUNT; slot++) {
            shelf.visit(new Slot(slot), (chunk, path) -> shelf.usedBytes.addAndGet(shelf.files.size(path)));
        }
        return shelf;
    }

    Disk disk() {
        return disk;
    }

    long usedBytes() {
        return usedBytes.get();
    }

    long freeBytes() throws IOException {
        return space.freeBytes();
    }

    /** Sets room aside and makes an empty temporary file; empty if there is no room. */
    Optional<Draft> draft(ChunkHeader header) throws IOException {
        long bytes = header.length() + (long) ChunkFormat.trailerBytes(header);
        if (!space.promise(bytes)) {
            return Optional.empty();
        }
        Path path = tree.temporary().resolve(header.chunk() + "." + draftNumber.incrementAndGet());
        try {
            return Optional.of(new Draft(this, header, path, files.create(path), bytes));
        } catch (IOException e) {
            space.handBack(bytes);
            throw e;
        }
    }

    DiskSpace space() {
        return space;
    }

    /** Opens a replica, its trailer checked against its name; empty if there is none. */
    Optional<ChunkReader> open(ClusterId cluster, ChunkId chunk, Slot slot) throws IOException {
        return open(cluster, chunk, slot, files::open);
    }

    /** The same for who wants to know what the disk holds, not what memory still knows of it. */
    Optional<ChunkReader> openPastCache(ClusterId cluster, ChunkId chunk, Slot slot) throws IOException {
        return open(cluster, chunk, slot, files::openPastCache);
    }

    private interface Opening {
        DiskFiles.OpenFile open(Path path) throws IOException;
    }

    private Optional<ChunkReader> open(ClusterId cluster, ChunkId chunk, Slot slot, Opening opening)
            throws IOException {
        Path path = tree.chunk(chunk, slot);
        Optional<SyncedDirectory> directory = slots.existing(slot);
        if (directory.isEmpty()) {
            return Optional.empty();
        }
        DiskFiles.OpenFile file;
        try {
            file = opening.open(path);
        } catch (NoSuchFileException e) {
            requireMounted(directory.get());
            return Optional.empty();
        }
        boolean sound = false;
        try {
            ChunkTrailer trailer = ChunkFormat.read(file, path);
            requireName(trailer, cluster, chunk, slot, path);
            sound = true;
            return Optional.of(new ChunkReader(disk, path, file, trailer));
        } finally {
            if (!sound) {
                file.close();
            }
        }
    }

    /** "Not here" may only be said of a disk that is. */
    private void requireMounted(SyncedDirectory slot) throws IOException {
        if (!files.exists(slot.path())) {
            throw new IOException(slot.path() + ": the directory is gone: the disk was unmounted or wiped");
        }
    }

    /** Whether there is such a file; nothing is said of what it holds. */
    boolean has(ChunkId chunk, Slot slot) throws IOException {
        return slots.existing(slot).isPresent() && files.exists(tree.chunk(chunk, slot));
    }

    /** Gives a whole, fsynced file the name of its chunk; durable on return. */
    void publish(Path draft, ChunkId chunk, Slot slot, long bytes) throws IOException {
        SyncedDirectory directory = slots.make(slot);
        long ticket = directory.ticket();
        files.rename(draft, tree.chunk(chunk, slot));
        usedBytes.addAndGet(bytes);
        try {
            directory.sync(ticket);
        } catch (IOException e) {
            quarantine(chunk, slot, String.valueOf(e.getMessage()));
            throw e;
        }
    }

    /** Moves a replica out of the way, for a person to look at; nothing if there is none. */
    void quarantine(ChunkId chunk, Slot slot, String reason) {
        Path path = tree.chunk(chunk, slot);
        try {
            usedBytes.addAndGet(-files.size(path));
        } catch (NoSuchFileException e) {
            return;
        } catch (IOException e) {
            disk.takeOut("a replica could not be quarantined: " + e.getMessage());
        }
        quarantine(path, chunk, reason);
    }

    /**
     * Moves a file to quarantine at once (rule 11) and says so. Where even that fails the disk is taken out, or the file would be served. The
     * move is made durable if it can be: a replica that is back after a crash is found out again, as it was this time.
     */
    void quarantine(Path file, ChunkId chunk, String reason) {
        long stamp = quarantineStamp.updateAndGet(last -> Math.max(last + 1, System.currentTimeMillis()));
        try {
            files.rename(file, tree.quarantine().resolve(chunk + "." + stamp));
        } catch (IOException e) {
            disk.takeOut("a replica could not be quarantined: " + e.getMessage());
        }
        disk.lost(new Loss.Replica(tree.root(), chunk, reason));
        if (disk.serves()) {
            syncMove(file);
        }
    }

    private void syncMove(Path from) {
        try {
            files.syncDirectory(tree.quarantine());
            Optional<Slot> slot = Optional.ofNullable(from.getParent()).flatMap(DiskTree::slotNamed);
            Optional<SyncedDirectory> directory = slot.flatMap(slots::existing);
            if (directory.isPresent()) {
                directory.get().sync(directory.get().ticket());
            }
        } catch (IOException e) {
            disk.suspect(e);
        }
    }

    /** Whether there was one. Not durable: what a crash brings back the sweeper finds again. */
    boolean remove(ChunkId chunk, Slot slot) throws IOException {
        Path path = tree.chunk(chunk, slot);
        try {
            long bytes = files.size(path);
            files.delete(path);
            usedBytes.addAndGet(-bytes);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Shows every chunk file of a slot, in any order, by name alone. */
    void visit(Slot slot, ChunkVisitor visitor) throws IOException {
        Optional<SyncedDirectory> directory = slots.existing(slot);
        if (directory.isEmpty()) {
            return;
        }
        files.list(directory.get().path(), path -> {
            Optional<ChunkId> chunk = DiskTree.chunkNamed(path);
            if (chunk.isPresent()) {
                visitor.visit(chunk.get(), path);
            }
        });
    }

    /** A sound chunk under a name that is not its own is as bad as a broken one. */
    private static void requireName(ChunkTrailer trailer, ClusterId cluster, ChunkId chunk, Slot slot, Path path)
            throws CorruptChunkException {
        ChunkHeader header = trailer.header();
        if (!header.chunk().equals(chunk)
                || !header.slot().equals(slot)
                || !trailer.cluster().equals(cluster)) {
            throw new CorruptChunkException(
                    path,
                    header.length(),
                    "chunk " + chunk + " in slot " + slot + " of cluster " + cluster,
                    "chunk " + header.chunk() + " in slot " + header.slot() + " of cluster " + trailer.cluster());
        }
    }

    /** Sees one chunk's file. */
    @FunctionalInterface
    interface ChunkVisitor {
        void visit(ChunkId chunk, Path path) throws IOException;
    }
}
