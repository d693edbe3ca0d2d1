package io.trivet.chunk;

import io.trivet.model.ChunkId;
import io.trivet.model.ClusterId;
import io.trivet.model.Slot;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The chunks on one disk: found by their path, added by a rename, taken away by another. Any
 * thread; what excludes whom is the store's to say.
 */
final class DiskStore {
    static final int MAX_CONDEMNED = 10_000;

    private final Disk disk;
    private final DiskFiles files;
    private final DiskPaths tree;
    private final DiskSpace space;
    private final SlotDirectories slots;
    private final AtomicLong usedBytes = new AtomicLong();
    private final AtomicLongArray usedBySlot = new AtomicLongArray(Slot.COUNT);
    private final AtomicInteger drafts = new AtomicInteger();

    /**
     * Files that have the name of a chunk, which is not known to be durable yet (rule 11): nobody
     * but who publishes them may see them.
     */
    private final Set<Path> unsettled = ConcurrentHashMap.newKeySet();

    /**
     * Bad replicas that could not be moved to quarantine, since the disk is full or can only be
     * read. They are treated as if they were there.
     */
    private final Set<Path> condemned = ConcurrentHashMap.newKeySet();

    private final AtomicLong draftNumber = new AtomicLong();
    private final AtomicLong quarantineStamp = new AtomicLong();

    private DiskStore(Disk disk, DiskSpace space) {
        this.disk = disk;
        this.files = disk.files();
        this.tree = disk.tree();
        this.space = space;
        this.slots = new SlotDirectories(files, tree);
    }

    /**
     * Removes what a crash left half done, and makes every name durable before anything is claimed
     * (rule 11).
     *
     * @param hidden what must not be claimed, although it is there: {@link #hidden} of the shelf
     *     that served this disk before in this process
     */
    static DiskStore start(Disk disk, DiskSpace space, Set<Path> hidden) throws IOException {
        DiskStore diskStore = new DiskStore(disk, space);
        diskStore.condemned.addAll(hidden);
        diskStore.files.list(diskStore.tree.temporary(), diskStore.files::delete);
        disk.removeOldProbes();
        diskStore.slots.syncAll(
                slot -> diskStore.visit(slot, (chunk, path) -> diskStore.use(slot, diskStore.files.size(path))));
        return diskStore;
    }

    private void use(Slot slot, long bytes) {
        usedBytes.addAndGet(bytes);
        usedBySlot.addAndGet(slot.number(), bytes);
    }

    /** What is under the name of a chunk and must not be claimed. */
    Set<Path> hidden() {
        Set<Path> hidden = new HashSet<>(unsettled);
        hidden.addAll(condemned);
        return hidden;
    }

    private boolean isHidden(Path path) {
        return unsettled.contains(path) || condemned.contains(path);
    }

    /** Whether nobody writes to it. Once it is so on a disk that does not serve, it stays so. */
    boolean isIdle() {
        return drafts.get() == 0;
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
    Optional<PendingChunk> draft(ChunkHeader header) throws IOException {
        long bytes = header.length() + (long) ChunkFormat.trailerBytes(header);
        if (!space.promise(bytes)) {
            return Optional.empty();
        }
        Path path = tree.temporary().resolve(header.chunk() + "." + draftNumber.incrementAndGet());
        drafts.incrementAndGet();
        boolean begun = false;
        try {
            if (!disk.writes()) {
                return Optional.empty();
            }
            PendingChunk pendingChunk = new PendingChunk(this, header, path, files.create(path), bytes);
            begun = true;
            return Optional.of(pendingChunk);
        } finally {
            if (!begun) {
                ended(bytes);
            }
        }
    }

    /** A draft is no more; so many of its bytes were not written. */
    void ended(long unwritten) {
        space.handBack(unwritten);
        drafts.decrementAndGet();
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
        if (directory.isEmpty() || isHidden(path)) {
            return Optional.empty();
        }
        DiskFiles.OpenFile file;
        try {
            file = opening.open(path);
        } catch (NoSuchFileException e) {
            loseIfGone(slot, directory.get());
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

    /**
     * Whether the directory of a slot vanished from a disk that is there: then what it held is
     * lost, which is said before anybody is told that it is not here. Throws where the disk itself
     * is gone: "not here" may only be said of a disk that is.
     */
    private boolean loseIfGone(Slot slot, SyncedDirectory directory) throws IOException {
        if (files.exists(directory.path())) {
            return false;
        }
        disk.requirePresent();
        slots.forget(slot, directory, () -> {
            usedBytes.addAndGet(-usedBySlot.getAndSet(slot.number(), 0));
            disk.lost(new StoreLoss.WholeSlot(tree.root(), slot, directory.path() + ": the directory is gone"));
        });
        return true;
    }

    /** Whether there is such a file; nothing is said of what it holds. */
    boolean has(ChunkId chunk, Slot slot) throws IOException {
        Path path = tree.chunk(chunk, slot);
        return slots.existing(slot).isPresent() && !isHidden(path) && files.exists(path);
    }

    /** Gives a whole, fsynced file the name of its chunk; durable on return, and seen by nobody before that. */
    void publish(Path draft, ChunkId chunk, Slot slot, long bytes) throws IOException {
        Path path = tree.chunk(chunk, slot);
        unsettled.add(path);
        try {
            SyncedDirectory directory = slots.make(slot);
            try {
                publish(draft, directory, chunk, slot, bytes);
            } catch (NoSuchFileException e) {
                if (!loseIfGone(slot, directory)) {
                    throw e;
                }
                publish(draft, slots.make(slot), chunk, slot, bytes);
            }
            condemned.remove(path);
        } finally {
            unsettled.remove(path);
        }
    }

    private void publish(Path draft, SyncedDirectory directory, ChunkId chunk, Slot slot, long bytes)
            throws IOException {
        long ticket = directory.ticket();
        files.rename(draft, tree.chunk(chunk, slot));
        use(slot, bytes);
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
        if (condemned.contains(path)) {
            return;
        }
        try {
            use(slot, -files.size(path));
        } catch (NoSuchFileException e) {
            return;
        } catch (IOException e) {
            disk.takeOut("a replica could not be quarantined: " + e.getMessage());
        }
        quarantine(path, chunk, reason);
    }

    /**
     * Moves a file to quarantine at once (rule 11) and says so. On a disk that is full or can only
     * be read it is hidden where it is. Where the disk fails it is taken out, or the file would be
     * served. The move is made durable if it can be: a replica that is back after a crash, or after
     * a start where it was hidden, is found out again, as it was this time.
     */
    void quarantine(Path file, ChunkId chunk, String reason) {
        long stamp = quarantineStamp.updateAndGet(last -> Math.max(last + 1, System.currentTimeMillis()));
        try {
            files.rename(file, tree.quarantine().resolve(chunk + "." + stamp));
        } catch (NoSpaceException | ReadOnlyException e) {
            hide(file, e);
        } catch (IOException e) {
            disk.takeOut("a replica could not be quarantined: " + e.getMessage());
        }
        disk.lost(new StoreLoss.Replica(tree.root(), chunk, reason));
        if (disk.writes() && !condemned.contains(file)) {
            syncMove(file);
        }
    }

    private void hide(Path file, IOException cause) {
        condemned.add(file);
        if (condemned.size() > MAX_CONDEMNED) {
            disk.takeOut(
                    MAX_CONDEMNED + " replicas could not be quarantined, the last one with: " + cause.getMessage());
        }
    }

    private void syncMove(Path from) {
        try {
            files.syncDirectory(tree.quarantine());
            Optional<Slot> slot = Optional.ofNullable(from.getParent()).flatMap(DiskPaths::slotNamed);
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
            if (!condemned.remove(path)) {
                use(slot, -bytes);
            }
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
        try {
            files.list(directory.get().path(), path -> {
                Optional<ChunkId> chunk = DiskPaths.chunkNamed(path);
                if (chunk.isPresent() && !isHidden(path)) {
                    visitor.visit(chunk.get(), path);
                }
            });
        } catch (NoSuchFileException e) {
            if (!loseIfGone(slot, directory.get())) {
                throw e;
            }
        }
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
