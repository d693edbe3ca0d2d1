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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All chunks of one node, on one disk or more. Any thread may call; none may be interrupted. A
 * failure that was to be expected, a failing disk included, is a {@link TrivetException}; the disk
 * is already dealt with when the caller hears of it: a replica that failed is in quarantine, a disk
 * that failed as a whole is out of service, and the {@link StoreLossListener} knows. A disk that is
 * full or can only be read did not fail.
 *
 * <p>A chunk is looked up where its id and the slot of its file's first chunk say, on every disk in
 * turn. Only one thread at a time settles what is under one name; there is no other lock across
 * I/O.
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
     * Makes a new disk of an existing directory without chunks: only ever when a node is born or is
     * given a disk, never because one looks empty.
     */
    public static DiskIdentity format(DiskFiles files, Path root, ClusterId cluster, NodeId node) throws IOException {
        DiskIdentity identity = new DiskIdentity(cluster, node, UUID.randomUUID());
        new IdentityFile(files, new DiskPaths(root)).format(identity);
        return identity;
    }

    /**
     * Takes the disks into service. One that is missing, foreign, wiped, newer or failing is
     * refused and reported as lost (rule 12), and the node lives on with the others. On return
     * everything the store will claim is durable (rule 11).
     *
     * @throws TrivetException the refusal of the first disk, if none can serve
     */
    public static ChunkStore open(DiskFiles files, StoreSettings settings, StoreLossListener losses) {
        return open(files, settings, losses, StoreChangeListener.NONE);
    }

    /** As above, and {@code listener} is told what comes and goes from then on. */
    public static ChunkStore open(
            DiskFiles files, StoreSettings settings, StoreLossListener losses, StoreChangeListener listener) {
        return new ChunkStore(settings.cluster(), DiskSet.open(files, settings, losses), listener);
    }

    /**
     * Begins to store a chunk: room is set aside on a disk chosen by what is free and by the
     * chunk's name.
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
     * Opens a chunk; {@code NO_SUCH_CHUNK} if it is not here, {@code CORRUPT} or {@code
     * DISK_FAILED} if it was and is in quarantine now.
     */
    public ChunkReader open(ChunkId chunk, Slot first) {
        return look(chunk, ChunkHeader.slotOf(chunk, first)).orElseThrow(() -> absent(chunk));
    }

    /**
     * What the trailer says, the chunk's bytes unread; fails as {@link #open} does, but for a chunk
     * that is not here.
     */
    public Optional<ChunkTrailer> find(ChunkId chunk, Slot first) {
        Optional<ChunkReader> found = look(chunk, ChunkHeader.slotOf(chunk, first));
        try (ChunkReader reader = found.orElse(null)) {
            return reader == null ? Optional.empty() : Optional.of(reader.trailer());
        }
    }

    /**
     * Reads the whole chunk on every disk that has it, and quarantines what is bad.
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

    /** Quarantines this content of a chunk wherever it is here; another content of the same name stays (rule 1). */
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
     * Shows every chunk of a slot once, in any order; only trailers are read. One whose trailer is
     * bad is quarantined and not shown; one of a newer format is not shown. Chunks that come or go
     * meanwhile are shown or not.
     *
     * @throws TrivetException {@code BUSY} or {@code DISK_FAILED} if the list cannot be completed:
     *     what is missing from it is not missing here
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
     * Deletes a chunk for ever. Only the sweeper may call this, for an id that the quorum has
     * declared dead and whose grace is over (rules 3, 5), and repair, for a replica that every home
     * has promised to keep (rule 6). Not durable: after a crash the chunk may be back, and is swept
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
     * What {@link #list} shows of this chunk; empty also where that cannot be told. The caller
     * holds the chunk's lock.
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
     * Looks at every disk in service: one that is gone, is another, or fails is taken out. Takes
     * one back that can serve again: what it holds is found from then on, after its names were made
     * durable anew. To be called now and then, by one thread; may take long.
     */
    public void check() {
        diskSet.serving().forEach(diskStore -> diskStore.disk().check());
        diskSet.takeBack(listener);
    }

    /**
     * Bytes that one chunk may take at the most, its trailer counted: the room on the disk that has
     * most. 0 where no disk takes chunks.
     */
    public long room() {
        return diskSet.room();
    }

    /** Whether a chunk of this length fits into {@link #room} for sure. */
    public static boolean fits(int length, long room) {
        return ChunkFormat.mostBytes(length) <= room;
    }

    /** Bytes taken by chunks and their trailers on all disks in service. */
    public long usedBytes() {
        return diskSet.usedBytes();
    }

    /**
     * Bytes that chunks may still take on all disks in service, the reserves left out; what disks
     * on one file system share counts once.
     */
    public long freeBytes() {
        return diskSet.freeBytes();
    }

    /** Every disk the store was opened with, those that were refused last. */
    public List<DiskStatus> disks() {
        return diskSet.statuses();
    }

    /** Lets go of the disks. Writers and readers must be closed before. */
    @Override
    public void close() throws IOException {
        diskSet.close();
    }

    /** Makes a written draft the chunk of that name, unless the name has the same content already (rule 1). */
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
     * Whether this content is here and sound, read back to its end; a bad replica goes to
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

    /** The trailer of a replica for a listing; empty for one that cannot be claimed. */
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

    /** A disk that was taken out has been reported as lost; one that serves must not be passed over in silence. */
    private static void requireOut(DiskStore diskStore, TrivetException refusal) {
        if (diskStore.disk().serves()) {
            throw refusal;
        }
    }

    /** After a bad look without the lock: it may have been at a replica that somebody else is just replacing. */
    private TrivetException examineAgain(DiskStore diskStore, ChunkId chunk, Slot slot) {
        try (KeyedLocks.Held _ = settling.hold(chunk)) {
            examine(diskStore, chunk, slot);
            return TrivetException.of(Refusal.Kind.BUSY, chunk.toString(), "it changed while it was opened: ask again");
        } catch (TrivetException e) {
            return e;
        }
    }

    /**
     * Reads a replica to its end, from the disk and not from memory; a bad one goes to quarantine.
     * The caller holds the chunk's lock.
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
