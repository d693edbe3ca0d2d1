package io.trivet.chunk;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One disk in service: its identity, and whether it can be relied on. A failure affects only what
 * it hit. A disk is taken out of service if it cannot write and keep a small file after a failure,
 * if it is no longer the same disk, or if it fails {@value #MAX_FAILURES} times in a short time.
 * This object never serves again then: {@link DiskSet} opens the disk anew. A full or read-only
 * disk stays in service and serves what it has. Any thread.
 */
final class Disk implements Closeable {
    static final int MAX_FAILURES = 16;

    private static final String PROBE = "probe";

    private final DiskFiles files;
    private final DiskPaths tree;
    private final DiskIdentity identity;
    private final Closeable lock;
    private final StoreLossListener losses;
    private final RecentFailures failures = new RecentFailures(System::nanoTime);
    private final AtomicReference<@Nullable String> outOfService = new AtomicReference<>();
    private volatile @Nullable String readOnly;

    private Disk(DiskFiles files, DiskPaths tree, DiskIdentity identity, Closeable lock, StoreLossListener losses) {
        this.files = files;
        this.tree = tree;
        this.identity = identity;
        this.lock = lock;
        this.losses = losses;
    }

    /**
     * Takes a disk into service. Throws {@link TrivetException} if it is unmounted, foreign, wiped,
     * newer, or in use (rule 12).
     */
    static Disk open(DiskFiles files, DiskPaths tree, StoreSettings settings, StoreLossListener losses)
            throws IOException {
        String where = tree.root().toString();
        DiskIdentity identity = new IdentityFile(files, tree).read();
        identity.requireOwner(settings.cluster(), settings.node(), where);
        requireDirectory(files, tree.chunks(), where);
        requireDirectory(files, tree.temporary(), where);
        requireDirectory(files, tree.quarantine(), where);
        if (new IdentityFile(files, tree).version() >= DiskIdentity.VERSION_WITH_VOLUMES) {
            requireDirectory(files, tree.volumes(), where);
        }
        Closeable lock = files.lock(tree.lock())
                .orElseThrow(() -> TrivetException.of(
                        Refusal.Kind.BUSY, where, "another process serves this disk: stop it first"));
        return new Disk(files, tree, identity, lock, losses);
    }

    private static void requireDirectory(DiskFiles files, Path part, String where) throws IOException {
        if (!files.exists(part)) {
            throw TrivetException.of(
                    Refusal.Kind.DISK_FAILED, where, "the directory " + part + " is gone: the disk was wiped");
        }
    }

    DiskFiles files() {
        return files;
    }

    DiskPaths tree() {
        return tree;
    }

    DiskIdentity identity() {
        return identity;
    }

    boolean serves() {
        return outOfService.get() == null;
    }

    /** Whether it serves and takes new chunks if it has room. */
    boolean writes() {
        return serves() && readOnly == null;
    }

    /** Why the disk was taken out or is read-only; empty otherwise. */
    String reason() {
        String reason = outOfService.get();
        if (reason == null) {
            reason = readOnly;
        }
        return reason == null ? "" : reason;
    }

    /** Reports a loss on this disk. */
    void lost(StoreLoss storeLoss) {
        losses.lost(storeLoss);
    }

    /**
     * Throws if the disk is gone or is another one: then nothing can be said to be missing from it
     * (rule 12).
     */
    void requirePresent() throws IOException {
        try {
            if (!new IdentityFile(files, tree).read().equals(identity)) {
                throw new IOException(tree.root() + ": another disk is mounted here now");
            }
        } catch (TrivetException e) {
            throw new IOException(String.valueOf(e.getMessage()), e);
        }
        if (!files.exists(tree.chunks())) {
            throw new IOException(tree.chunks() + ": the directory is gone: the disk was wiped");
        }
    }

    /** Takes the disk out of service; only the first call has an effect. */
    void takeOut(String reason) {
        if (outOfService.compareAndSet(null, reason)) {
            losses.lost(new StoreLoss.WholeDisk(tree.root(), reason));
        }
    }

    /** The refusal for a failed operation. If the disk may be the cause, checks it first. */
    TrivetException failed(Object subject, IOException e) {
        if (e instanceof NoSpaceException) {
            return refusal(Refusal.Kind.DISK_FULL, subject, "no room is left on " + tree.root(), e);
        }
        if (e instanceof SystemBusyException) {
            return refusal(Refusal.Kind.BUSY, subject, "the node can open no more files", e);
        }
        if (e instanceof ClosedChannelException) {
            throw new IllegalStateException(subject + ": its file was closed, or a thread was interrupted in it", e);
        }
        suspect(e);
        if (e instanceof ReadOnlyException) {
            return refusal(Refusal.Kind.DISK_FAILED, subject, "the disk cannot be written: " + told(e), e);
        }
        return refusal(Refusal.Kind.DISK_FAILED, subject, told(e), e);
    }

    /**
     * Counts a failure and checks whether the disk still works. A full or read-only disk did not
     * fail.
     */
    void suspect(IOException e) {
        if (e instanceof NoSpaceException || e instanceof SystemBusyException) {
            return;
        }
        if (!(e instanceof ReadOnlyException) && failures.add() >= MAX_FAILURES) {
            takeOut("it failed " + MAX_FAILURES + " times, the last time with: " + told(e));
        }
        settle(e);
    }

    /** Clears the thread's interrupt during the probe, because it would close the probe's file. */
    private void settle(IOException e) {
        boolean interrupted = Thread.interrupted();
        try {
            if (serves()) {
                probe();
            }
        } catch (IOException again) {
            takeOut(
                    told(again).equals(told(e))
                            ? "it failed twice with: " + told(e)
                            : "it failed with: " + told(e) + "; and then: " + told(again));
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Probes the disk, and takes it out if it fails twice, so that the failure of an idle disk is
     * noticed.
     */
    void check() {
        if (!serves()) {
            return;
        }
        try {
            probe();
        } catch (IOException e) {
            suspect(e);
        }
    }

    /**
     * Checks that it is the same disk and can write. Throws if it fails; a full, busy or read-only
     * disk does not fail.
     */
    private void probe() throws IOException {
        try {
            requirePresent();
            writeProbe();
            readOnly = null;
        } catch (ReadOnlyException e) {
            readOnly = "it cannot be written: " + told(e);
        } catch (NoSpaceException | SystemBusyException _) {
            // The next probe tells more.
        }
    }

    /**
     * Follows the path of a chunk, up to the fsync of its directory. First deletes what an earlier
     * probe could not delete.
     */
    private void writeProbe() throws IOException {
        String name = PROBE + "-" + Thread.currentThread().threadId();
        Path draft = tree.temporary().resolve(name);
        Path published = tree.chunks().resolve(name);
        deleteIfThere(draft);
        deleteIfThere(published);
        try (DiskFiles.OpenFile file = files.create(draft)) {
            file.write(ByteBuffer.allocateDirect(1), 0);
            file.sync();
            files.rename(draft, published);
        } catch (IOException e) {
            deleteAfter(draft, e);
            throw e;
        }
        files.delete(published);
    }

    /** Deletes probes that a crash left among the chunks, where nothing else looks for them. */
    void removeOldProbes() throws IOException {
        files.list(tree.chunks(), path -> {
            if (String.valueOf(path.getFileName()).startsWith(PROBE + "-")) {
                files.delete(path);
            }
        });
    }

    private void deleteIfThere(Path path) throws IOException {
        try {
            files.delete(path);
        } catch (NoSuchFileException _) {
            // The normal case.
        }
    }

    private void deleteAfter(Path path, IOException failure) {
        try {
            deleteIfThere(path);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** The message of this exception is only the path. */
    private static String told(Exception failure) {
        return failure instanceof NoSuchFileException missing
                ? missing.getFile() + ": no such file or directory"
                : String.valueOf(failure.getMessage());
    }

    private static TrivetException refusal(Refusal.Kind kind, Object subject, String detail, IOException cause) {
        return new TrivetException(new Refusal(kind, subject.toString(), detail), cause);
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
