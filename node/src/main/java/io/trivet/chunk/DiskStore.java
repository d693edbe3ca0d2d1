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
 * The chunks on one disk. A small chunk is a record in one of the {@link Volumes}; any other is a
 * file, found by path, added and quarantined by renames. A record hides a file of the same chunk.
 * Any thread; the {@link ChunkStore} excludes conflicting calls.
 */
final class DiskStore {
    static final int MAX_CONDEMNED = 10_000;

    private final Disk disk;
    private final DiskFiles files;
    private final DiskPaths tree;
    private final DiskSpace space;
    private final SlotDirectories slots;
    private final Volumes volumes;
    private final int smallBytes;
    private final AtomicLong usedBytes = new AtomicLong();
    private final AtomicLongArray usedBySlot = new AtomicLongArray(Slot.COUNT);
    private final AtomicInteger drafts = new AtomicInteger();

    /**
     * Files under a chunk's name that is not known to be durable yet (rule 11): only the publishing
     * thread may use them.
     */
    private final Set<Path> unsettled = ConcurrentHashMap.newKeySet();

    /**
     * Bad replicas that could not be moved to quarantine, because the disk is full or read-only.
     * They are treated as if they were there.
     */
    private final Set<Path> condemned = ConcurrentHashMap.newKeySet();

    private final AtomicLong draftNumber = new AtomicLong();
    private final AtomicLong quarantineStamp = new AtomicLong();

    private DiskStore(Disk disk, DiskSpace space, int smallBytes, Set<Long> hidden) throws IOException {
        this.disk = disk;
        this.smallBytes = smallBytes;
        this.volumes = Volumes.start(disk, hidden);
        this.files = disk.files();
        this.tree = disk.tree();
        this.space = space;
        this.slots = new SlotDirectories(files, tree);
    }

    /**
     * Removes what a crash left incomplete, and makes every name durable before anything is claimed
     * (rule 11).
     *
     * @param smallBytes chunks of up to so many bytes go into volumes
     * @param hidden what must not be claimed although it exists: {@link #hidden} of the store that
     *     served this disk before in this process
     */
    static DiskStore start(Disk disk, DiskSpace space, int smallBytes, Hidden hidden) throws IOException {
        DiskStore diskStore = new DiskStore(disk, space, smallBytes, hidden.records);
        diskStore.condemned.addAll(hidden.files);
        diskStore.files.list(diskStore.tree.temporary(), diskStore.files::delete);
        disk.removeOldProbes();
        diskStore.slots.syncAll(
                slot -> diskStore.visitFiles(slot, (chunk, path) -> diskStore.use(slot, diskStore.files.size(path))));
        return diskStore;
    }

    private void use(Slot slot, long bytes) {
        usedBytes.addAndGet(bytes);
        usedBySlot.addAndGet(slot.number(), bytes);
    }

    /** Files under a chunk's name and records of a chunk that must not be claimed. */
    record Hidden(Set<Path> files, Set<Long> records) {
        static final Hidden NOTHING = new Hidden(Set.of(), Set.of());
    }

    Hidden hidden() {
        Set<Path> hidden = new HashSet<>(unsettled);
        hidden.addAll(condemned);
        return new Hidden(hidden, volumes.hidden());
    }

    Volumes volumes() {
        return volumes;
    }

    private boolean isHidden(Path path) {
        return unsettled.contains(path) || condemned.contains(path);
    }

    /**
     * Whether no chunk is being written. On a disk that does not serve, this stays true once it is.
     */
    boolean isIdle() {
        return drafts.get() == 0;
    }

    Disk disk() {
        return disk;
    }

    long usedBytes() {
        return usedBytes.get() + volumes.usedBytes();
    }

    long freeBytes() throws IOException {
        return space.freeBytes();
    }

    /** Reserves room for a chunk that arrives; empty if there is none. */
    Optional<PendingChunk> draft(ChunkHeader header) throws IOException {
        return header.length() <= smallBytes && smallBytes > 0 ? draftRecord(header) : draftFile(header);
    }

    private Optional<PendingChunk> draftRecord(ChunkHeader header) throws IOException {
        int bytes = PendingRecord.bytes(header);
        if (!space.promise(bytes)) {
            return Optional.empty();
        }
        drafts.incrementAndGet();
        if (!disk.writes()) {
            ended(bytes);
            return Optional.empty();
        }
        return Optional.of(new PendingRecord(this, header, bytes));
    }

    private Optional<PendingChunk> draftFile(ChunkHeader header) throws IOException {
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
            PendingChunk pendingChunk = new PendingFile(this, header, path, files.create(path), bytes);
            begun = true;
            return Optional.of(pendingChunk);
        } finally {
            if (!begun) {
                ended(bytes);
            }
        }
    }

    /** A temporary file is closed; {@code unwritten} bytes of its reservation were not used. */
    void ended(long unwritten) {
        space.handBack(unwritten);
        drafts.decrementAndGet();
    }

    DiskSpace space() {
        return space;
    }

    /** Opens a replica and verifies that its trailer matches its name; empty if there is none. */
    Optional<ChunkReader> open(ClusterId cluster, ChunkId chunk, Slot slot) throws IOException {
        return open(cluster, chunk, slot, files::open);
    }

    /** Like {@link #open}, but reads from the disk and not from the page cache. */
    Optional<ChunkReader> openPastCache(ClusterId cluster, ChunkId chunk, Slot slot) throws IOException {
        return open(cluster, chunk, slot, files::openPastCache);
    }

    /** Opens a file in one way or another. */
    @FunctionalInterface
    interface Opening {
        DiskFiles.OpenFile open(Path path) throws IOException;
    }

    private Optional<ChunkReader> open(ClusterId cluster, ChunkId chunk, Slot slot, Opening opening)
            throws IOException {
        Optional<Volumes.Opened> opened = volumes.open(chunk, slot, opening);
        return opened.isPresent()
                ? Optional.of(reader(opened.get().file(), opened.get().path(), cluster, chunk, slot))
                : openFile(cluster, chunk, slot, opening);
    }

    private Optional<ChunkReader> openFile(ClusterId cluster, ChunkId chunk, Slot slot, Opening opening)
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
        return Optional.of(reader(file, path, cluster, chunk, slot));
    }

    private ChunkReader reader(DiskFiles.OpenFile file, Path path, ClusterId cluster, ChunkId chunk, Slot slot)
            throws IOException {
        boolean sound = false;
        try {
            ChunkTrailer trailer = ChunkFormat.read(file, path);
            requireName(trailer, cluster, chunk, slot, path);
            sound = true;
            return new ChunkReader(disk, path, file, trailer);
        } finally {
            if (!sound) {
                file.close();
            }
        }
    }

    /**
     * Whether the directory of a slot vanished from a disk that is present. Then what it held is
     * lost, and that is reported before any caller is told that a chunk is not here. Throws if the
     * disk itself is gone: only a present disk can lack a chunk.
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

    /** Whether there is a record or a file; its content is not checked. */
    boolean has(ChunkId chunk, Slot slot) throws IOException {
        return volumes.has(chunk, slot) || hasFile(chunk, slot);
    }

    private boolean hasFile(ChunkId chunk, Slot slot) throws IOException {
        Path path = tree.chunk(chunk, slot);
        return slots.existing(slot).isPresent() && !isHidden(path) && files.exists(path);
    }

    /**
     * Gives a complete, fsynced file the name of its chunk. Durable on return, and invisible before
     * that.
     */
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

    /** Quarantines a replica, for an operator to look at; does nothing if there is none. */
    void quarantine(ChunkId chunk, Slot slot, String reason) {
        if (volumes.has(chunk, slot)) {
            quarantineRecord(chunk, slot, reason);
        } else {
            quarantineFile(chunk, slot, reason);
        }
    }

    /** On a full or read-only disk the record is hidden in place. */
    private void quarantineRecord(ChunkId chunk, Slot slot, String reason) {
        try {
            volumes.quarantine(chunk, slot, inQuarantine(chunk));
        } catch (NoSpaceException | ReadOnlyException e) {
            if (volumes.hiddenCount() > MAX_CONDEMNED) {
                disk.takeOut(
                        MAX_CONDEMNED + " replicas could not be quarantined, the last one with: " + e.getMessage());
            }
        } catch (IOException e) {
            disk.takeOut("a replica could not be quarantined: " + e.getMessage());
        }
        disk.lost(new StoreLoss.Replica(tree.root(), chunk, reason));
    }

    private void quarantineFile(ChunkId chunk, Slot slot, String reason) {
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
     * Moves a file to quarantine at once (rule 11) and reports the loss. On a full or read-only
     * disk the file is hidden in place instead. If the move fails otherwise, the disk is taken out,
     * because the file would be served. The move is made durable if possible; a replica that is
     * back after a crash or a restart is found bad again.
     */
    void quarantine(Path file, ChunkId chunk, String reason) {
        try {
            files.rename(file, inQuarantine(chunk));
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

    private Path inQuarantine(ChunkId chunk) {
        long stamp = quarantineStamp.updateAndGet(last -> Math.max(last + 1, System.currentTimeMillis()));
        return tree.quarantine().resolve(chunk + "." + stamp);
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

    /**
     * Returns whether there was one. Not durable: if a crash brings it back, the sweeper finds it
     * again.
     */
    boolean remove(ChunkId chunk, Slot slot) throws IOException {
        boolean removed = volumes.remove(chunk, slot);
        return removeFile(chunk, slot) || removed;
    }

    private boolean removeFile(ChunkId chunk, Slot slot) throws IOException {
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

    /** Passes every chunk of a slot, in any order, by name alone. */
    void visit(Slot slot, ChunkVisitor visitor) throws IOException {
        volumes.visit(slot, visitor);
        visitFiles(slot, (chunk, path) -> {
            if (!volumes.has(chunk, slot)) {
                visitor.visit(chunk, path);
            }
        });
    }

    private void visitFiles(Slot slot, ChunkVisitor visitor) throws IOException {
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

    /** A sound chunk under a wrong name counts as corrupt. */
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

    /** Ends the use of the disk. No chunk is being written. */
    void close() throws IOException {
        volumes.close();
        disk.close();
    }

    /** Receives one chunk, and where it is. */
    @FunctionalInterface
    interface ChunkVisitor {
        void visit(ChunkId chunk, Path path) throws IOException;
    }
}
