package io.trivet.chunk;

import io.trivet.model.ChunkId;
import io.trivet.model.ClusterId;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.Sha256;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * All chunks of one node, on its disks. Any thread may call; none may be interrupted. An expected
 * failure, also of a disk, is a {@link TrivetException}. When the caller gets it, the store has
 * dealt with the cause: a replica that failed is in quarantine, a disk that failed as a whole is
 * out of service, and the {@link StoreLossListener} knows. A disk that is full or read-only did not
 * fail.
 *
 * <p>A chunk is looked up by its id and the slot of its file's first chunk, on every disk in turn.
 * One thread at a time publishes, verifies or removes the chunk of one name; no other lock is held
 * across I/O.
 */
public final class ChunkStore implements AutoCloseable {
    private final ClusterId cluster;
    private final DiskSet diskSet;
    private final StoreChangeListener listener;
    private final KeyedLocks<ChunkId> settling = new KeyedLocks<>();

    private ChunkStore(ClusterId cluster, DiskSet diskSet, StoreChangeListener listener) {
        this.cluster = cluster;
        this.diskSet = diskSet;
        this.listener = listener;
    }

    /**
     * Makes an existing directory without chunks a new disk. Only for a new node or an added disk,
     * never because a disk looks empty. Durable on return.
     */
    public static DiskIdentity format(DiskFiles files, Path root, ClusterId cluster, NodeId node) throws IOException {
        DiskIdentity identity = new DiskIdentity(cluster, node, UUID.randomUUID());
        new IdentityFile(files, new DiskPaths(root)).format(identity);
        return identity;
    }

    /**
     * Takes the disks into service. A disk that is missing, foreign, wiped, newer or failing is
     * refused and reported as lost (rule 12), and the node continues with the others. On return,
     * everything that the store will claim is durable (rule 11).
     *
     * @throws TrivetException the refusal of the first disk, if none can serve
     */
    public static ChunkStore open(DiskFiles files, StoreSettings settings, StoreLossListener losses) {
        return open(files, settings, losses, StoreChangeListener.NONE);
    }

    /** As above; {@code listener} is told of changes from then on. */
    public static ChunkStore open(
            DiskFiles files, StoreSettings settings, StoreLossListener losses, StoreChangeListener listener) {
        return new ChunkStore(settings.cluster(), DiskSet.open(files, settings, losses), listener);
    }

    /**
     * Begins to store a chunk: reserves room on a disk chosen by free space and the chunk's name.
     *
     * @throws TrivetException {@code DISK_FULL} if the chunk would touch the reserve on every disk,
     *     {@code DISK_FAILED} if no disk takes it
     */
    public ChunkWriter begin(ChunkHeader header) {
        @Nullable TrivetException trouble = null;
        for (DiskStore diskStore : diskSet.inOrderFor(header.chunk())) {
            try {
                Optional<PendingChunk> draft = diskStore.draft(header);
                if (draft.isPresent()) {
                    return new ChunkWriter(this, header, draft.get());
                }
            } catch (IOException e) {
                trouble = diskStore.disk().failed(header.chunk(), e);
            }
        }
        if (trouble != null) {
            throw trouble;
        }
        throw noRoom(header);
    }

    /**
     * Stores several chunks that are here whole and verified. On return each one without a refusal is
     * on stable storage under its name, as after {@link ChunkWriter#finish}; the others are as if they
     * had not come.
     *
     * @return for each chunk, in order, why it is not stored; empty if it is
     */
    public List<Optional<Refusal>> storeAll(List<ArrivedChunk> chunks) {
        AtomicReferenceArray<@Nullable Refusal> refusals = new AtomicReferenceArray<>(chunks.size());
        List<Integer> places = IntStream.range(0, chunks.size()).boxed().toList();
        ParallelWork.all(places, place -> refusals.set(place, chunks.get(place).storeIn(this)));
        return places.stream()
                .map(place -> Optional.ofNullable(refusals.get(place)))
                .toList();
    }

    private TrivetException noRoom(ChunkHeader header) {
        String chunk = header.chunk().toString();
        if (diskSet.serving().isEmpty()) {
            return TrivetException.of(Refusal.Kind.DISK_FAILED, chunk, "this node has no disk in service");
        }
        if (diskSet.writing().isEmpty()) {
            return TrivetException.of(
                    Refusal.Kind.DISK_FAILED, chunk, "the disks of this node can only be read: make them writable");
        }
        return TrivetException.of(
                Refusal.Kind.DISK_FULL,
                chunk,
                "no disk of this node has " + DiskSpace.text(header.length())
                        + " beyond its reserve: free some, or add a disk");
    }

    /**
     * Opens a chunk. Throws {@code NO_SUCH_CHUNK} if it is not here, {@code CORRUPT} or {@code
     * DISK_FAILED} if it was here and is now in quarantine.
     */
    public ChunkReader open(ChunkId chunk, Slot first) {
        return look(chunk, ChunkHeader.slotOf(chunk, first)).orElseThrow(() -> absent(chunk));
    }

    /**
     * The trailer, without reading the chunk's bytes; empty if the chunk is not here. Fails like
     * {@link #open} otherwise.
     */
    public Optional<ChunkTrailer> find(ChunkId chunk, Slot first) {
        Optional<ChunkReader> found = look(chunk, ChunkHeader.slotOf(chunk, first));
        try (ChunkReader reader = found.orElse(null)) {
            return reader == null ? Optional.empty() : Optional.of(reader.trailer());
        }
    }

    /**
     * Reads the whole chunk on every disk that has it, and quarantines bad replicas.
     *
     * @return the trailer of a sound replica, with the SHA-256 of what was read
     * @throws TrivetException {@code NO_SUCH_CHUNK}; {@code CORRUPT} or {@code DISK_FAILED} if
     *     there was a replica and none is sound
     */
    public ChunkTrailer verify(ChunkId chunk, Slot first) {
        try (KeyedLocks.Held _ = settling.hold(chunk)) {
            @Nullable ChunkTrailer sound = null;
            TrivetException trouble = absent(chunk);
            for (DiskStore diskStore : diskSet.serving()) {
                try {
                    sound = examine(diskStore, chunk, ChunkHeader.slotOf(chunk, first))
                            .orElse(sound);
                } catch (TrivetException e) {
                    trouble = e;
                }
            }
            if (sound == null) {
                throw trouble;
            }
            return sound;
        }
    }

    /**
     * Quarantines the replicas of a chunk that have this content; another content under the same
     * name stays (rule 1).
     */
    public void quarantine(StoredChunk replica, Slot first, String reason) {
        ChunkId chunk = replica.chunk();
        Slot slot = ChunkHeader.slotOf(chunk, first);
        try (KeyedLocks.Held _ = settling.hold(chunk)) {
            for (DiskStore diskStore : diskSet.serving()) {
                Optional<ChunkTrailer> there = examine(diskStore, chunk, slot);
                if (there.isPresent() && there.get().stored().agreesWith(replica)) {
                    quarantine(diskStore, chunk, slot, reason);
                }
            }
        }
    }

    /**
     * Passes every chunk of a slot once, in any order; reads only trailers. A chunk with a bad
     * trailer is quarantined and skipped; one of a newer format is skipped. Chunks stored or
     * removed during the call may or may not be included.
     *
     * @throws TrivetException {@code BUSY} or {@code DISK_FAILED} if the list cannot be completed;
     *     chunks that it lacks may then still be here
     */
    public void list(Slot slot, Consumer<StoredChunk> consumer) {
        List<DiskStore> shelved = diskSet.serving();
        for (int i = 0; i < shelved.size(); i++) {
            DiskStore diskStore = shelved.get(i);
            List<DiskStore> before = shelved.subList(0, i);
            try {
                diskStore.visit(slot, (chunk, path) -> {
                    if (!onAny(before, chunk, slot)) {
                        trailer(diskStore, chunk, slot).ifPresent(trailer -> consumer.accept(trailer.stored()));
                    }
                });
            } catch (IOException e) {
                requireOut(diskStore, diskStore.disk().failed("slot " + slot, e));
            }
        }
    }

    /**
     * Deletes a chunk for ever. Only for the sweeper, for an id that the quorum has declared dead
     * and whose grace is over (rules 3, 5), and for repair, for a replica that every home has
     * promised to keep (rule 6). Not durable: after a crash the chunk may be back, and is removed
     * again.
     *
     * @return whether it was here
     */
    public boolean remove(ChunkId chunk, Slot first) {
        Slot slot = ChunkHeader.slotOf(chunk, first);
        Optional<StoredChunk> shown = Optional.empty();
        boolean clear = false;
        listener.changing(slot);
        try (KeyedLocks.Held _ = settling.hold(chunk)) {
            shown = shown(chunk, slot);
            boolean removed = removeEverywhere(chunk, slot);
            clear = removed == shown.isPresent();
            return removed;
        } finally {
            if (!clear) {
                listener.changed(slot);
            } else if (shown.isPresent()) {
                listener.removed(slot, shown.get());
            } else {
                listener.unchanged(slot);
            }
        }
    }

    private boolean removeEverywhere(ChunkId chunk, Slot slot) {
        boolean removed = false;
        for (DiskStore diskStore : diskSet.serving()) {
            try {
                removed |= diskStore.remove(chunk, slot);
            } catch (IOException e) {
                throw diskStore.disk().failed(chunk, e);
            }
        }
        return removed;
    }

    /**
     * What {@link #list} shows of this chunk; empty if that is unknown. The caller holds the
     * chunk's lock.
     */
    private Optional<StoredChunk> shown(ChunkId chunk, Slot slot) {
        for (DiskStore diskStore : diskSet.serving()) {
            try {
                if (diskStore.has(chunk, slot)) {
                    return stored(diskStore, chunk, slot);
                }
            } catch (IOException | TrivetException e) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private Optional<StoredChunk> stored(DiskStore diskStore, ChunkId chunk, Slot slot) throws IOException {
        try (ChunkReader reader = diskStore.open(cluster, chunk, slot).orElse(null)) {
            return reader == null
                    ? Optional.empty()
                    : Optional.of(reader.trailer().stored());
        }
    }

    /**
     * Checks every disk in service, and takes out any that is gone, replaced or failing. Takes back
     * disks that can serve again, after making their names durable again; what they hold is found
     * from then on. Rewrites volumes that are mostly dead, at a bounded rate. Called periodically by
     * one thread; may take long.
     */
    public void check() {
        diskSet.serving().forEach(diskStore -> diskStore.disk().check());
        diskSet.writing().forEach(this::compact);
        diskSet.takeBack(listener);
    }

    private void compact(DiskStore diskStore) {
        try {
            new VolumeCompaction(diskStore, settling, (chunk, slot) -> examine(diskStore, chunk, slot)).run();
        } catch (IOException e) {
            diskStore.disk().failed("volumes", e);
        }
    }

    /**
     * The most bytes that one chunk may take, with its trailer: the room on the disk with the most.
     * 0 if no disk takes chunks.
     */
    public long room() {
        return diskSet.room();
    }

    /** Whether a chunk of this length certainly fits into {@link #room}. */
    public static boolean fits(int length, long room) {
        return ChunkFormat.mostBytes(length) <= room;
    }

    /** Bytes taken by chunks and their trailers on all disks in service. */
    public long usedBytes() {
        return diskSet.usedBytes();
    }

    /**
     * Bytes that chunks may still take on all disks in service, without the reserves. Free space
     * that disks on one file system share counts once.
     */
    public long freeBytes() {
        return diskSet.freeBytes();
    }

    /** Every disk that the store was opened with; refused ones last. */
    public List<DiskStatus> disks() {
        return diskSet.statuses();
    }

    /** Releases the disks. Writers and readers must be closed before. */
    @Override
    public void close() throws IOException {
        diskSet.close();
    }

    /**
     * Publishes a written chunk under its name, unless the name has the same content already (rule
     * 1).
     */
    StoredChunk settle(
            PendingChunk pendingChunk, ChunkHeader header, BlockChecksums blocks, int crc32c, @Nullable Sha256 sha256) {
        ChunkTrailer trailer = new ChunkTrailer(cluster, header, crc32c, sha256, blocks);
        pendingChunk.append(ChunkFormat.encode(trailer));
        pendingChunk.sync();
        try (KeyedLocks.Held _ = settling.hold(header.chunk())) {
            if (!isHere(trailer.stored(), header.slot())) {
                publish(pendingChunk, trailer.stored(), header.slot());
            }
            return trailer.stored();
        }
    }

    private void publish(PendingChunk pendingChunk, StoredChunk chunk, Slot slot) {
        listener.changing(slot);
        boolean published = false;
        try {
            pendingChunk.publish();
            published = true;
        } finally {
            if (published) {
                listener.stored(slot, chunk);
            } else {
                listener.changed(slot);
            }
        }
    }

    private void quarantine(DiskStore diskStore, ChunkId chunk, Slot slot, String reason) {
        listener.changing(slot);
        try {
            diskStore.quarantine(chunk, slot, reason);
        } finally {
            listener.changed(slot);
        }
    }

    /**
     * Whether this content is here and sound, read back to its end. A bad replica goes to
     * quarantine and does not count.
     */
    private boolean isHere(StoredChunk wanted, Slot slot) {
        for (DiskStore diskStore : diskSet.serving()) {
            Optional<ChunkTrailer> there = soundOn(diskStore, wanted.chunk(), slot);
            if (there.isEmpty()) {
                continue;
            }
            StoredChunk found = there.get().stored();
            if (!found.agreesWith(wanted)) {
                throw TrivetException.of(
                        Refusal.Kind.DIFFERENT_CONTENT,
                        wanted.chunk().toString(),
                        "the name holds " + found + " already, not " + wanted + ": save under a new file id");
            }
            return true;
        }
        return false;
    }

    private Optional<ChunkTrailer> soundOn(DiskStore diskStore, ChunkId chunk, Slot slot) {
        try {
            return examine(diskStore, chunk, slot);
        } catch (TrivetException e) {
            if (e.kind() == Refusal.Kind.CORRUPT || e.kind() == Refusal.Kind.DISK_FAILED) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The first replica whose trailer is sound. */
    private Optional<ChunkReader> look(ChunkId chunk, Slot slot) {
        @Nullable TrivetException trouble = null;
        for (DiskStore diskStore : diskSet.serving()) {
            try {
                Optional<ChunkReader> reader = diskStore.open(cluster, chunk, slot);
                if (reader.isPresent()) {
                    return reader;
                }
            } catch (TrivetException e) {
                trouble = e;
            } catch (IOException e) {
                trouble = examineAgain(diskStore, chunk, slot);
            }
        }
        if (trouble != null) {
            throw trouble;
        }
        return Optional.empty();
    }

    /** The trailer of a replica for a listing; empty if the replica must not be claimed. */
    private Optional<ChunkTrailer> trailer(DiskStore diskStore, ChunkId chunk, Slot slot) {
        try (ChunkReader reader = diskStore.open(cluster, chunk, slot).orElse(null)) {
            return reader == null ? Optional.empty() : Optional.of(reader.trailer());
        } catch (TrivetException e) {
            return Optional.empty();
        } catch (IOException e) {
            TrivetException refusal = examineAgain(diskStore, chunk, slot);
            if (refusal.kind() == Refusal.Kind.BUSY) {
                throw refusal;
            }
            return Optional.empty();
        }
    }

    /**
     * A disk that was taken out is reported as lost already; the failure of one that serves must be
     * reported.
     */
    private static void requireOut(DiskStore diskStore, TrivetException refusal) {
        if (diskStore.disk().serves()) {
            throw refusal;
        }
    }

    /** Repeats a failed look with the lock, because the replica may just have been replaced. */
    private TrivetException examineAgain(DiskStore diskStore, ChunkId chunk, Slot slot) {
        try (KeyedLocks.Held _ = settling.hold(chunk)) {
            examine(diskStore, chunk, slot);
            return TrivetException.of(Refusal.Kind.BUSY, chunk.toString(), "it changed while it was opened: ask again");
        } catch (TrivetException e) {
            return e;
        }
    }

    /**
     * Reads a replica to its end, from the disk and not from the page cache. A bad one goes to
     * quarantine. The caller holds the chunk's lock.
     */
    private Optional<ChunkTrailer> examine(DiskStore diskStore, ChunkId chunk, Slot slot) {
        try (ChunkReader reader = diskStore.openPastCache(cluster, chunk, slot).orElse(null)) {
            if (reader == null) {
                return Optional.empty();
            }
            return Optional.of(reader.trailer().with(reader.verify()));
        } catch (CorruptChunkException e) {
            quarantine(diskStore, chunk, slot, String.valueOf(e.getMessage()));
            throw new TrivetException(
                    new Refusal(Refusal.Kind.CORRUPT, chunk.toString(), String.valueOf(e.getMessage())), e);
        } catch (IOException e) {
            TrivetException refusal = diskStore.disk().failed(chunk, e);
            if (refusal.kind() == Refusal.Kind.DISK_FAILED && diskStore.disk().serves()) {
                quarantine(diskStore, chunk, slot, String.valueOf(e.getMessage()));
            }
            throw refusal;
        }
    }

    private static boolean onAny(List<DiskStore> shelves, ChunkId chunk, Slot slot) throws IOException {
        for (DiskStore diskStore : shelves) {
            if (diskStore.has(chunk, slot)) {
                return true;
            }
        }
        return false;
    }

    private static TrivetException absent(ChunkId chunk) {
        return TrivetException.of(
                Refusal.Kind.NO_SUCH_CHUNK, chunk.toString(), "this node does not have it: ask another");
    }
}
