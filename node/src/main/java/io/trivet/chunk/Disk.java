package io.trivet.chunk;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One disk in service: who it is, and whether it still can be relied on. One failure costs what it hit and no more; a disk that cannot write and
 * keep a small file after it, that is no longer the disk it was, or that fails {@value #MAX_FAILURES} times, is taken out of service for good. Any
 * thread.
 */
final class Disk implements Closeable {
    static final int MAX_FAILURES = 16;

    private static final String PROBE = "probe";

    private final DiskFiles files;
    private final DiskTree tree;
    private final DiskIdentity identity;
    private final Closeable lock;
    private final LossListener losses;
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicReference<@Nullable String> outOfService = new AtomicReference<>();

    private Disk(DiskFiles files, DiskTree tree, DiskIdentity identity, Closeable lock, LossListener losses) {
        this.files = files;
        this.tree = tree;
        this.identity = identity;
        this.lock = lock;
        this.losses = losses;
    }

    /** Takes a disk into service, or refuses it with a {@link TrivetException}: unmounted, foreign, wiped, newer, or in use (rule 12). */
    static Disk open(DiskFiles files, DiskTree tree, StoreSettings settings, LossListener losses) throws IOException {
        String where = tree.root().toString();
        DiskIdentity identity = new IdentityFile(files, tree).read();
        identity.requireOwner(settings.cluster(), settings.node(), where);
        for (Path part : new Path[] {tree.chunks(), tree.temporary(), tree.quarantine()}) {
            if (!files.exists(part)) {
                throw TrivetException.of(
                        Refusal.Kind.DISK_FAILED, where, "the directory " + part + " is gone: the disk was wiped");
            }
        }
        Closeable lock = files.lock(tree.lock())
                .orElseThrow(() -> TrivetException.of(
                        Refusal.Kind.BUSY, where, "another process serves this disk: stop it first"));
        return new Disk(files, tree, identity, lock, losses);
    }

    DiskFiles files() {
        return files;
    }

    DiskTree tree() {
        return tree;
    }

    DiskIdentity identity() {
        return identity;
    }

    boolean serves() {
        return outOfService.get() == null;
    }

    /** Why the disk was taken out; empty while it serves. */
    String reason() {
        String reason = outOfService.get();
        return reason == null ? "" : reason;
    }

    /** A replica on this disk is lost. */
    void lost(Loss.Replica replica) {
        losses.lost(replica);
    }

    /** Takes the disk out of service; only the first call does anything. */
    void takeOut(String reason) {
        if (outOfService.compareAndSet(null, reason)) {
            losses.lost(new Loss.WholeDisk(tree.root(), reason));
        }
    }

    /** What a failed operation comes to for the one who asked; a disk that is to blame is looked at more closely first. */
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
        return refusal(Refusal.Kind.DISK_FAILED, subject, told(e), e);
    }

    /** Counts a failure and finds out whether the disk as such still works. An interrupted thread would close the probe's file: not now. */
    void suspect(IOException e) {
        if (failures.incrementAndGet() >= MAX_FAILURES) {
            takeOut("it failed " + MAX_FAILURES + " times, the last time with: " + told(e));
        }
        boolean interrupted = Thread.interrupted();
        try {
            if (serves()) {
                probe();
            }
        } catch (NoSpaceException | SystemBusyException busy) {
            return;
        } catch (IOException | TrivetException again) {
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

    /** Looks whether it is still there and writes, and takes it out if it fails twice: a disk that nobody uses would go unnoticed. */
    void check() {
        if (!serves()) {
            return;
        }
        try {
            probe();
        } catch (NoSpaceException | SystemBusyException _) {
            // Full or busy is not broken.
        } catch (IOException e) {
            suspect(e);
        } catch (TrivetException e) {
            suspect(new IOException(e.getMessage(), e));
        }
    }

    /** Whether it is still the same disk, and writes. */
    private void probe() throws IOException {
        if (!new IdentityFile(files, tree).read().equals(identity)) {
            throw new IOException(tree.root() + ": another disk is mounted here now");
        }
        Path path =
                tree.temporary().resolve(PROBE + "-" + Thread.currentThread().threadId());
        try (DiskFiles.OpenFile file = files.create(path)) {
            file.write(ByteBuffer.allocateDirect(1), 0);
            file.sync();
        }
        files.delete(path);
    }

    /** A path alone would not say that it leads nowhere. */
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
