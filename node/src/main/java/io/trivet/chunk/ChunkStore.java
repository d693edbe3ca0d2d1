package io.trivet.chunk;

import io.trivet.model.ChunkId;
import io.trivet.model.ClusterId;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
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
 * All chunks of one node, on one disk or more. Any thread may call; none may be interrupted. A failure that was to be expected, a failing disk
 * included, is a {@link TrivetException}; the disk is already dealt with when the caller hears of it: a replica that failed is in quarantine, a disk
 * that failed as a whole is out of service, and the {@link LossListener} knows.
 *
 * <p>A chunk is looked up where its id and the slot of its file's first chunk say, on every disk in turn. Only one thread at a time settles what
 * is under one name; there is no other lock across I/O.
 */
public final class ChunkStore implements AutoCloseable {
    private final ClusterId cluster;
    private final Shelves shelves;
    private final StoreListener listener;
    private final KeyedLocks<ChunkId> settling = new KeyedLocks<>();

    private ChunkStore(ClusterId cluster, Shelves shelves, StoreListener listener) {
        this.cluster = cluster;
        this.shelves = shelves;
        this.listener = listener;
    }

    /** Makes a new disk of an existing directory without chunks: only ever when a node is born or is given a disk, never because one looks empty. */
    public static DiskIdentity format(DiskFiles files, Path root, ClusterId cluster, NodeId node) throws IOException {
        DiskIdentity identity = new DiskIdentity(cluster, node, UUID.randomUUID());
        new IdentityFile(files, new DiskTree(root)).format(identity);
        return identity;
    }

    /**
     * Takes the disks into service. One that is missing, foreign, wiped, newer or failing is refused and reported as lost (rule 12), and the node
     * lives on with the others. On return everything the store will claim is durable (rule 11).
     *
     * @throws TrivetException the refusal of the first disk, if none can serve
     */
    public static ChunkStore open(DiskFiles files, StoreSettings settings, LossListener losses) {
        return open(files, settings, losses, StoreListener.NONE);
    }

    /** As above, and {@code listener} is told what comes and goes from then on. */
    public static ChunkStore open(
            DiskFiles files, StoreSettings settings, LossListener losses, StoreListener listener) {
        return new ChunkStore(settings.cluster(), Shelves.open(files, settings, losses), listener);
    }

    /**
     * Begins to store a chunk: room is set aside on a disk chosen by what is free and by the chunk's name.
     *
     * @throws TrivetException {@code DISK_FULL} if the chunk would touch the reserve on every disk, {@code DISK_FAILED} if no disk takes it
     */
    public ChunkWriter begin(ChunkHeader header) {
        @Nullable TrivetException trouble = null;
        for (Shelf shelf : shelves.inOrderFor(header.chunk())) {
            try {
                Optional<Draft> draft = shelf.draft(header);
                if (draft.isPresent()) {
                    return new ChunkWriter(this, header, draft.get());
                }
            } catch (IOException e) {
                trouble = shelf.disk().failed(header.chunk(), e);
            }
        }
        if (trouble != null) {
            throw trouble;
        }
        throw TrivetException.of(
                shelves.serving().isEmpty() ? Refusal.Kind.DISK_FAILED : Refusal.Kind.DISK_FULL,
                header.chunk().toString(),
                shelves.serving().isEmpty()
                        ? "this node has no disk in service"
                        : "no disk of this node has " + header.length()
                                + " bytes beyond its reserve: free some, or add a disk");
    }

    /** Opens a chunk; {@code NO_SUCH_CHUNK} if it is not here, {@code CORRUPT} or {@code DISK_FAILED} if it was and is in quarantine now. */
    public ChunkReader open(ChunkId chunk, Slot first) {
        return look(chunk, ChunkHeader.slotOf(chunk, first)).orElseThrow(() -> absent(chunk));
    }

    /** What the trailer says, the chunk's bytes unread; fails as {@link #open} does, but for a chunk that is not here. */
    public Optional<ChunkTrailer> find(ChunkId chunk, Slot first) {
        Optional<ChunkReader> found = look(chunk, ChunkHeader.slotOf(chunk, first));
        try (ChunkReader reader = found.orElse(null)) {
            return reader == null ? Optional.empty() : Optional.of(reader.trailer());
        }
    }

    /**
     * Reads the whole chunk on every disk that has it, and quarantines what is bad.
     *
     * @return the trailer of a sound replica
     * @throws TrivetException {@code NO_SUCH_CHUNK}; {@code CORRUPT} or {@code DISK_FAILED} if there was a replica and none is sound
     */
    public ChunkTrailer verify(ChunkId chunk, Slot first) {
        try (KeyedLocks.Held _ = settling.hold(chunk)) {
            @Nullable ChunkTrailer sound = null;
            TrivetException trouble = absent(chunk);
            for (Shelf shelf : shelves.serving()) {
                try {
                    sound = examine(shelf, chunk, ChunkHeader.slotOf(chunk, first))
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
    public void quarantine(Stored replica, Slot first, String reason) {
        ChunkId chunk = replica.chunk();
        Slot slot = ChunkHeader.slotOf(chunk, first);
        try (KeyedLocks.Held _ = settling.hold(chunk)) {
            for (Shelf shelf : shelves.serving()) {
                Optional<ChunkTrailer> there = examine(shelf, chunk, slot);
                if (there.isPresent() && there.get().stored().equals(replica)) {
                    quarantine(shelf, chunk, slot, reason);
                }
            }
        }
    }

    /**
     * Shows every chunk of a slot once, in any order; only trailers are read. One whose trailer is bad is quarantined and not shown; one of a newer
     * format is not shown. Chunks that come or go meanwhile are shown or not.
     *
     * @throws TrivetException {@code BUSY} or {@code DISK_FAILED} if the list cannot be completed: what is missing from it is not missing here
     */
    public void list(Slot slot, Consumer<Stored> consumer) {
        List<Shelf> shelved = shelves.serving();
        for (int i = 0; i < shelved.size(); i++) {
            Shelf shelf = shelved.get(i);
            List<Shelf> before = shelved.subList(0, i);
            try {
                shelf.visit(slot, (chunk, path) -> {
                    if (!onAny(before, chunk, slot)) {
                        trailer(shelf, chunk, slot).ifPresent(trailer -> consumer.accept(trailer.stored()));
                    }
                });
            } catch (IOException e) {
                requireOut(shelf, shelf.disk().failed("slot " + slot, e));
            }
        }
    }

    /**
     * Deletes a chunk for ever. Only the sweeper may call this, for an id that the quorum has declared dead and whose grace is over (rules 3, 5), and
     * repair, for a replica that every home has promised to keep (rule 6).
     * Not durable: after a crash the chunk may be back, and is swept again.
     *
     * @return whether it was here
     */
    public boolean remove(ChunkId chunk, Slot first) {
        boolean removed = false;
        Slot slot = ChunkHeader.slotOf(chunk, first);
        listener.changing(slot);
        try (KeyedLocks.Held _ = settling.hold(chunk)) {
            for (Shelf shelf : shelves.serving()) {
                try {
                    removed |= shelf.remove(chunk, slot);
                } catch (IOException e) {
                    throw shelf.disk().failed(chunk, e);
                }
            }
        } finally {
            listener.changed(slot);
        }
        return removed;
    }

    /** Looks at every disk in service: one that is gone, is another, or cannot write is taken out. To be called now and then. */
    public void check() {
        shelves.serving().forEach(shelf -> shelf.disk().check());
    }

    /** Bytes taken by chunks and their trailers on all disks in service. */
    public long usedBytes() {
        return shelves.usedBytes();
    }

    /** Bytes that chunks may still take on all disks in service, the reserves left out; what disks on one file system share counts once. */
    public long freeBytes() {
        return shelves.freeBytes();
    }

    /** Every disk the store was opened with, those that were refused last. */
    public List<DiskStatus> disks() {
        return shelves.statuses();
    }

    /** Lets go of the disks. Writers and readers must be closed before. */
    @Override
    public void close() throws IOException {
        shelves.close();
    }

    /** Makes a written draft the chunk of that name, unless the name has the same content already (rule 1). */
    Stored settle(Draft draft, ChunkHeader header, BlockChecksums blocks, int crc32c) {
        ChunkTrailer trailer = new ChunkTrailer(cluster, header, crc32c, blocks);
        draft.append(ChunkFormat.encode(trailer));
        draft.sync();
        try (KeyedLocks.Held _ = settling.hold(header.chunk())) {
            if (!isHere(trailer.stored(), header.slot())) {
                publish(draft, trailer.stored(), header.slot());
            }
            return trailer.stored();
        }
    }

    private void publish(Draft draft, Stored chunk, Slot slot) {
        listener.changing(slot);
        boolean published = false;
        try {
            draft.publish();
            published = true;
        } finally {
            if (published) {
                listener.stored(slot, chunk);
            } else {
                listener.changed(slot);
            }
        }
    }

    private void quarantine(Shelf shelf, ChunkId chunk, Slot slot, String reason) {
        listener.changing(slot);
        try {
            shelf.quarantine(chunk, slot, reason);
        } finally {
            listener.changed(slot);
        }
    }

    /** Whether this content is here and sound, read back to its end; a bad replica goes to quarantine and does not count. */
    private boolean isHere(Stored wanted, Slot slot) {
        for (Shelf shelf : shelves.serving()) {
            Optional<ChunkTrailer> there = soundOn(shelf, wanted.chunk(), slot);
            if (there.isEmpty()) {
                continue;
            }
            Stored found = there.get().stored();
            if (!found.equals(wanted)) {
                throw TrivetException.of(
                        Refusal.Kind.DIFFERENT_CONTENT,
                        wanted.chunk().toString(),
                        "the name holds " + found + " already, not " + wanted + ": save under a new file id");
            }
            return true;
        }
        return false;
    }

    private Optional<ChunkTrailer> soundOn(Shelf shelf, ChunkId chunk, Slot slot) {
        try {
            return examine(shelf, chunk, slot);
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
        for (Shelf shelf : shelves.serving()) {
            try {
                Optional<ChunkReader> reader = shelf.open(cluster, chunk, slot);
                if (reader.isPresent()) {
                    return reader;
                }
            } catch (TrivetException e) {
                trouble = e;
            } catch (IOException e) {
                trouble = examineAgain(shelf, chunk, slot);
            }
        }
        if (trouble != null) {
            throw trouble;
        }
        return Optional.empty();
    }

    /** The trailer of a replica for a listing; empty for one that cannot be claimed. */
    private Optional<ChunkTrailer> trailer(Shelf shelf, ChunkId chunk, Slot slot) {
        try (ChunkReader reader = shelf.open(cluster, chunk, slot).orElse(null)) {
            return reader == null ? Optional.empty() : Optional.of(reader.trailer());
        } catch (TrivetException e) {
            return Optional.empty();
        } catch (IOException e) {
            TrivetException refusal = examineAgain(shelf, chunk, slot);
            if (refusal.kind() == Refusal.Kind.BUSY) {
                throw refusal;
            }
            return Optional.empty();
        }
    }

    /** A disk that was taken out has been reported as lost; one that serves must not be passed over in silence. */
    private static void requireOut(Shelf shelf, TrivetException refusal) {
        if (shelf.disk().serves()) {
            throw refusal;
        }
    }

    /** After a bad look without the lock: it may have been at a replica that somebody else is just replacing. */
    private TrivetException examineAgain(Shelf shelf, ChunkId chunk, Slot slot) {
        try (KeyedLocks.Held _ = settling.hold(chunk)) {
            examine(shelf, chunk, slot);
            return TrivetException.of(Refusal.Kind.BUSY, chunk.toString(), "it changed while it was opened: ask again");
        } catch (TrivetException e) {
            return e;
        }
    }

    /** Reads a replica to its end, from the disk and not from memory; a bad one goes to quarantine. The caller holds the chunk's lock. */
    private Optional<ChunkTrailer> examine(Shelf shelf, ChunkId chunk, Slot slot) {
        try (ChunkReader reader = shelf.openPastCache(cluster, chunk, slot).orElse(null)) {
            if (reader == null) {
                return Optional.empty();
            }
            reader.verify();
            return Optional.of(reader.trailer());
        } catch (CorruptChunkException e) {
            quarantine(shelf, chunk, slot, String.valueOf(e.getMessage()));
            throw new TrivetException(
                    new Refusal(Refusal.Kind.CORRUPT, chunk.toString(), String.valueOf(e.getMessage())), e);
        } catch (IOException e) {
            TrivetException refusal = shelf.disk().failed(chunk, e);
            if (refusal.kind() == Refusal.Kind.DISK_FAILED && shelf.disk().serves()) {
                quarantine(shelf, chunk, slot, String.valueOf(e.getMessage()));
            }
            throw refusal;
        }
    }

    private static boolean onAny(List<Shelf> shelves, ChunkId chunk, Slot slot) throws IOException {
        for (Shelf shelf : shelves) {
            if (shelf.has(chunk, slot)) {
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
