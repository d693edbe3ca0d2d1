package io.trivet.chunk;

import io.trivet.model.Slot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The directories of the slots on one disk: made when first needed, and used only once their own
 * names are durable. Any thread.
 */
final class SlotDirectories {
    private final DiskFiles files;
    private final DiskPaths tree;
    private final SyncedDirectory parent;
    private final AtomicReferenceArray<SyncedDirectory> ready = new AtomicReferenceArray<>(Slot.COUNT);
    private final KeyedLocks<Slot> making = new KeyedLocks<>();

    SlotDirectories(DiskFiles files, DiskPaths tree) {
        this.files = files;
        this.tree = tree;
        this.parent = new SyncedDirectory(files, tree.chunks());
    }

    /**
     * Fsyncs {@code chunks} and every slot's directory in it: a process that died may have renamed
     * a file without an fsync (rule 11). Passes each slot once its directory is durable, several at
     * a time.
     */
    void syncAll(ParallelWork.Work<Slot> durable) throws IOException {
        parent.sync(parent.ticket());
        List<Slot> slots = new ArrayList<>();
        files.list(tree.chunks(), path -> DiskPaths.slotNamed(path).ifPresent(slots::add));
        ParallelWork.each(slots, slot -> {
            SyncedDirectory directory = new SyncedDirectory(files, tree.slot(slot));
            directory.sync(directory.ticket());
            ready.set(slot.number(), directory);
            durable.on(slot);
        });
    }

    /** The directory of a slot, if there is one. */
    Optional<SyncedDirectory> existing(Slot slot) {
        return Optional.ofNullable(ready.get(slot.number()));
    }

    /** The directory of a slot, made if needed. Its name is durable on return. */
    SyncedDirectory make(Slot slot) throws IOException {
        Optional<SyncedDirectory> there = existing(slot);
        if (there.isPresent()) {
            return there.get();
        }
        try (KeyedLocks.Held _ = making.hold(slot)) {
            if (existing(slot).isEmpty()) {
                makeDurably(slot);
            }
            return existing(slot).orElseThrow();
        }
    }

    /**
     * Forgets a directory that vanished, if it is still the current one. {@code lost} runs before
     * other threads can see that.
     */
    void forget(Slot slot, SyncedDirectory gone, Runnable lost) {
        try (KeyedLocks.Held _ = making.hold(slot)) {
            if (ready.get(slot.number()) == gone) {
                lost.run();
                ready.set(slot.number(), null);
            }
        }
    }

    private void makeDurably(Slot slot) throws IOException {
        SyncedDirectory directory = new SyncedDirectory(files, tree.slot(slot));
        long ticket = parent.ticket();
        files.makeDirectory(directory.path());
        try {
            parent.sync(ticket);
        } catch (IOException e) {
            removeAgain(directory, e);
            throw e;
        }
        ready.set(slot.number(), directory);
    }

    /**
     * A later attempt must make the name again, because the kernel may count this one as written.
     */
    private void removeAgain(SyncedDirectory directory, IOException failure) {
        try {
            files.delete(directory.path());
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
