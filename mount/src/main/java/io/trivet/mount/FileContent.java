package io.trivet.mount;

import io.trivet.client.FileEdit;
import io.trivet.client.MetadataChange;
import io.trivet.client.Progress;
import io.trivet.client.RemoteFile;
import io.trivet.model.Attributes;
import io.trivet.model.Condition;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.NameEntry;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import io.trivet.mount.fuse.Errno;
import io.trivet.mount.fuse.FuseException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * The content and attributes of one file, shared by all who have it open. Any thread.
 *
 * <p>It is <em>local</em> while it has something that the cluster does not have: it is new, or was
 * written to or truncated since it was last saved. Then this mount decides what the file is, and the
 * last who saves it wins.
 */
final class FileContent {
    static final int USUAL_MODE = 0644;

    private static final int PERMISSIONS = 0777;

    private final FileNode node;
    private final MountContext context;

    private @Nullable Locks locks;

    /**
     * Made when they are first needed, because most files that the kernel knows are never opened.
     *
     * @param content reads share it; what changes the content has it alone; a save shares it with reads
     * @param saving one save at a time
     */
    private record Locks(ReentrantReadWriteLock content, ReentrantLock saving) {}

    /** The content that the cluster has, as far as is known; null for a file that was never saved. */
    private volatile @Nullable FileId id;

    private volatile long inode;
    private volatile long size;
    private volatile long chunkBytes = 1;
    private volatile Instant modified = Instant.EPOCH;
    private volatile int mode = USUAL_MODE;
    private volatile boolean local;

    /** When this mount last changed the file in the cluster. */
    private volatile long changedAt = System.nanoTime();

    private int handles;
    private volatile boolean open;
    private @Nullable RemoteFile remote;
    private @Nullable SpoolFile spool;
    private long changes;

    /** Sends what is being written, for a large new file that is written in order. */
    private @Nullable EarlySave early;

    /** Whether it is still worth trying to send it early. */
    private boolean inOrder;

    /** Whether the first save must find no file of this name. */
    private boolean exclusive;

    /** Whether a first save was tried: without its answer, nobody knows whether the cluster has the file. */
    private volatile boolean tried;

    /** Whether what was not written is still read from the content before the last save. */
    private boolean behind;

    /** The content that the kernel's pages are of. */
    private @Nullable FileId cached;

    /** Extended attributes of a file that was never saved. */
    private Attributes attributes = Attributes.NONE;

    FileContent(FileNode node, MountContext context) {
        this.node = node;
        this.context = context;
        this.inode = Long.MIN_VALUE | node.number; // until it is found in the cluster
    }

    private synchronized Locks locks() {
        Locks there = locks;
        if (there == null) {
            there = new Locks(new ReentrantReadWriteLock(), new ReentrantLock());
            locks = there;
        }
        return there;
    }

    /** The number that programs see of a file with this content. */
    static long inode(FileId id) {
        return NodeTable.mixed(id.counter() * 31 + id.epoch());
    }

    long inode() {
        return inode;
    }

    long size() {
        return size;
    }

    Instant modified() {
        return modified;
    }

    int mode() {
        return mode;
    }

    boolean isLocal() {
        return local;
    }

    /** Whether it was made here and never saved. */
    boolean isNew() {
        return local && id == null;
    }

    /** Whether the cluster may have it all the same, since the answer to its first save may be lost. */
    boolean mayBeSaved() {
        return tried;
    }

    /** Whether what the cluster answered to a question of that time may be older than this mount's change. */
    synchronized boolean changedSince(long asked) {
        return local || changedAt - asked > 0;
    }

    /** Whether its attributes are those of an open file, and not to be asked for. */
    boolean isOpen() {
        return open;
    }

    /**
     * Takes what the cluster has answered, unless this mount knows better. False if the cluster has
     * another content, and {@code free}, that nobody uses this one, is not so.
     */
    synchronized boolean refresh(FileRecord record, long asked, boolean free) {
        if (local || (id != null && changedAt - asked > 0)) {
            return true;
        }
        if (!record.id().equals(id)) {
            if (!free) {
                return false;
            }
        }
        take(record);
        return true;
    }

    private synchronized void take(FileRecord record) {
        if (!record.id().equals(id)) {
            inode = inode(record.id());
        }
        id = record.id();
        size = record.size();
        chunkBytes = record.chunkSize().bytes();
        modified = record.modified();
        mode = record.mode() & 07777;
    }

    /** Makes it a new and empty file, open once. Saved, it must be the first of its name if {@code first}. */
    void create(int permissions, boolean first) throws IOException {
        locks().content().writeLock().lock();
        try {
            spool = context.spool().create(null, 0);
            exclusive = first;
            inOrder = true;
            handles = 1;
            open = true;
            changed();
            mode = permissions & PERMISSIONS;
        } finally {
            locks().content().writeLock().unlock();
        }
    }

    /** What the kernel still has of the content that was opened. */
    enum Cached {
        ALL,
        ATTRIBUTES,
        NOTHING
    }

    /**
     * Opens it once more. Throws {@code ESTALE} if another file has the name while this one is open,
     * so that the kernel looks again.
     */
    Cached open(boolean truncate) throws IOException {
        locks().content().writeLock().lock();
        try {
            if (node.removed) {
                throw new FuseException(Errno.ENOENT);
            }
            FileId before = id;
            if (!local) {
                look(truncate);
            }
            if (truncate) {
                cut();
            }
            Cached kept = local || Objects.equals(id, cached)
                    ? Cached.ALL
                    : Objects.equals(id, before) ? Cached.ATTRIBUTES : Cached.NOTHING;
            cached = id;
            handles++;
            open = true;
            return kept;
        } finally {
            locks().content().writeLock().unlock();
        }
    }

    /** Asks the cluster what the name is now. */
    private void look(boolean truncate) throws IOException {
        RemotePath path = context.nodes().path(node);
        RemoteFile opened = truncate ? null : context.client().openFile(path);
        FileRecord record = opened == null ? recordAt(path) : opened.record();
        if (handles > 0 && !record.id().equals(id)) {
            throw new FuseException(Errno.ESTALE);
        }
        take(record);
        if (opened != null && remote == null && spool == null) {
            remote = opened;
        } else if (opened != null) {
            opened.close();
        }
    }

    private FileRecord recordAt(RemotePath path) {
        return switch (context.client().stat(path)) {
            case NameEntry.File file -> file.record();
            case NameEntry.Directory _ -> throw new FuseException(Errno.EISDIR);
            case NameEntry.Link _ -> throw new FuseException(Errno.ELOOP);
        };
    }

    private void cut() throws IOException {
        SpoolFile file = spool;
        if (file == null) {
            spool = context.spool().create(null, 0);
        } else {
            notInOrder();
            file.truncate(0);
        }
        inOrder = true;
        changed();
    }

    /** The content is another one than before. */
    private synchronized void changed() {
        changes++;
        local = true;
        size = Objects.requireNonNull(spool).size();
        modified = Instant.now();
    }

    /** Reads as much as fits, less only at the end. */
    int read(long position, ByteBuffer target) throws IOException {
        locks().content().readLock().lock();
        try {
            SpoolFile file = spool;
            if (file != null) {
                return file.read(position, target);
            }
            if (remote == null) {
                throw new FuseException(Errno.ESTALE);
            }
            return Math.max(0, remote.read(position, target));
        } finally {
            locks().content().readLock().unlock();
        }
    }

    /** Returns how many bytes were written. {@code append}: at the end, wherever that is now. */
    int write(long position, ByteBuffer bytes, boolean append) throws IOException {
        locks().content().writeLock().lock();
        try {
            SpoolFile file = spooled();
            long at = append ? file.size() : position;
            if (early != null && !early.holdsBack(at)) {
                notInOrder();
            }
            int count = file.write(at, bytes);
            changed();
            sendEarly(file);
            return count;
        } finally {
            locks().content().writeLock().unlock();
        }
    }

    void truncate(long length) throws IOException {
        locks().content().writeLock().lock();
        try {
            SpoolFile file = spooled();
            notInOrder();
            file.truncate(length);
            changed();
        } finally {
            locks().content().writeLock().unlock();
        }
    }

    /** What it has at its beginning may change: it is saved whole at the end. */
    private void notInOrder() {
        inOrder = false;
        if (early != null) {
            early.close();
            early = null;
        }
    }

    private void sendEarly(SpoolFile file) {
        if (early == null
                && inOrder
                && !node.removed
                && file.hasNoBase()
                && file.size() > context.client().chunkSize().bytes()) {
            early = EarlySave.begin(context, context.nodes().path(node), exclusive, file);
        }
        if (early != null) {
            early.written(file.size());
        }
    }

    private SpoolFile spooled() throws IOException {
        SpoolFile file = spool;
        if (file == null) {
            if (remote == null) {
                throw new FuseException(Errno.ESTALE);
            }
            file = context.spool().create(remote, size);
            spool = file;
        }
        return file;
    }

    /** What is null stays as it is. */
    void setMetadata(@Nullable Integer permissions, @Nullable Instant time) {
        locks().saving().lock(); // or a save that is just ending would forget them
        try {
            setMetadataNow(permissions, time);
        } finally {
            locks().saving().unlock();
        }
    }

    private void setMetadataNow(@Nullable Integer permissions, @Nullable Instant time) {
        locks().content().writeLock().lock();
        try {
            if (!local && !node.removed) {
                MetadataChange change =
                        new MetadataChange(permissions == null ? null : permissions & PERMISSIONS, time, null, null);
                context.client().setMetadata(context.nodes().path(node), change);
            }
            synchronized (this) {
                changedAt = System.nanoTime();
                mode = permissions == null ? mode : permissions & PERMISSIONS;
                modified = time == null ? modified : time;
            }
        } finally {
            locks().content().writeLock().unlock();
        }
    }

    Attributes attributes() {
        locks().content().readLock().lock();
        try {
            return isNew() || node.removed
                    ? attributes
                    : context.client().attributes(context.nodes().path(node)).attributes();
        } finally {
            locks().content().readLock().unlock();
        }
    }

    void setAttributes(Attributes all) {
        locks().saving().lock();
        try {
            setAttributesNow(all);
        } finally {
            locks().saving().unlock();
        }
    }

    private void setAttributesNow(Attributes all) {
        locks().content().writeLock().lock();
        try {
            if (isNew() || node.removed) {
                attributes = all;
            } else {
                context.client().setMetadata(context.nodes().path(node), MetadataChange.NONE.withAttributes(all));
            }
        } finally {
            locks().content().writeLock().unlock();
        }
    }

    /**
     * Saves what the cluster does not have. On return it is durable, and every client that opens the
     * file sees it. A file that was removed is not saved.
     */
    void save() throws IOException {
        locks().saving().lock();
        try {
            if (local && !node.removed && !isSaved(true)) {
                isSaved(false);
            }
        } finally {
            locks().saving().unlock();
        }
    }

    /**
     * Saves it. False if {@code inPart}, and another client has changed the file since it was opened:
     * then the whole of it is to be saved.
     */
    @SuppressWarnings("LockNotBeforeTry") // the write lock becomes a read lock
    private boolean isSaved(boolean inPart) throws IOException {
        try (PathLocks.Held held = context.paths().hold(() -> context.nodes().path(node))) {
            locks().content().writeLock().lock();
            long version;
            SpoolFile file;
            boolean part;
            try {
                if (!local || node.removed) {
                    return true;
                }
                file = Objects.requireNonNull(spool);
                part = inPart && early == null && id != null && file.isChangedInPart(chunkBytes);
                if (!part) {
                    file.complete();
                }
                version = changes;
                locks().content().readLock().lock(); // writers wait until it is saved, readers need not
            } finally {
                locks().content().writeLock().unlock();
            }
            FileRecord record;
            tried = true;
            try {
                record = part ? savedInPart(held.path(), file) : save(held.path(), file);
            } finally {
                locks().content().readLock().unlock();
            }
            if (record == null) {
                return false;
            }
            saved(record, version);
            if (part || behind) {
                behind = !isRebased(held.path(), record, file);
            }
            if (part) {
                setMetadataOf(held.path(), record);
            }
            return true;
        }
    }

    /**
     * The content that was opened may be gone after the grace, since no file has all of its chunks any
     * more: what was not written is read from the new one. False if the cluster does not answer; the
     * file is saved all the same, and the next save tries it again.
     */
    private boolean isRebased(RemotePath path, FileRecord record, SpoolFile file) {
        try {
            rebase(path, record, file);
            return true;
        } catch (IOException | TrivetException e) {
            context.events().failed("Rebase", e);
            return false;
        }
    }

    private void rebase(RemotePath path, FileRecord record, SpoolFile file) throws IOException {
        locks().content().writeLock().lock();
        try {
            RemoteFile opened = context.client().openFile(path);
            if (opened.record().id().equals(record.id()) && file == spool) {
                RemoteFile before = remote;
                remote = opened;
                file.rebase(opened);
                if (before != null) {
                    before.close();
                }
            } else {
                opened.close();
                if (file == spool) {
                    file.complete(); // as long as the old content is there
                }
            }
        } catch (TrivetException e) {
            if (!Failures.isAbsent(e)) {
                throw e;
            }
            file.complete();
        } finally {
            locks().content().writeLock().unlock();
        }
    }

    /** Of a file that was saved in part. If another client has replaced it since, that is newer. */
    private void setMetadataOf(RemotePath path, FileRecord record) {
        try {
            context.client()
                    .onlyIf(Condition.unchanged(path, record.id()))
                    .setMetadata(path, new MetadataChange(mode & PERMISSIONS, modified, null, null));
        } catch (TrivetException e) {
            if (e.kind() != Refusal.Kind.CONDITION_FAILED && !Failures.isAbsent(e)) {
                throw e;
            }
        }
    }

    /**
     * Null if it is to be saved as a whole: another client has changed it since it was opened or last
     * saved here, or its parts cannot be saved, which a save of the whole may be spared.
     */
    private @Nullable FileRecord savedInPart(RemotePath path, SpoolFile file) throws IOException {
        try (FileEdit edit = context.client().edit(path, context.spool().directory())) {
            if (!edit.before().id().equals(id)) {
                return null;
            }
            file.writeTo(edit);
            return edit.commit();
        } catch (TrivetException e) {
            if (e.kind() == Refusal.Kind.OUTCOME_UNKNOWN || e.kind() == Refusal.Kind.QUOTA) {
                throw e;
            }
            return null;
        } catch (IOException _) {
            return null; // the spool's disk is full, for example
        }
    }

    private FileRecord save(RemotePath path, SpoolFile file) throws IOException {
        MetadataChange metadata =
                new MetadataChange(mode & PERMISSIONS, modified, id == null ? attributes : kept(path), null);
        EarlySave sent = early;
        if (sent != null) {
            try (sent) {
                return sent.finish(path, file.size(), metadata);
            } catch (IOException | TrivetException e) {
                if (e instanceof TrivetException refused && !isWorthAnotherTry(refused)) {
                    throw e;
                }
            }
        }
        return context.changes(path, exclusive)
                .save(file.path(), path, metadata, Progress.NONE)
                .record();
    }

    /** Whether a save from the spool can succeed where sending it early did not. */
    private static boolean isWorthAnotherTry(TrivetException failure) {
        return failure.kind().retryable()
                || failure.kind() == Refusal.Kind.SESSION_ENDED
                || failure.kind() == Refusal.Kind.NOT_OPEN;
    }

    /** Extended attributes outlive the content; what else programs keep there is about the content. */
    private Attributes kept(RemotePath path) {
        try {
            return ExtendedNames.of(context.client().attributes(path).attributes());
        } catch (TrivetException e) {
            if (Failures.isAbsent(e)) {
                return Attributes.NONE;
            }
            throw e;
        }
    }

    private void saved(FileRecord record, long version) {
        locks().content().writeLock().lock();
        try {
            if (Objects.equals(cached, id)) {
                cached = record.id(); // the kernel has seen every write
            }
            exclusive = false;
            notInOrder();
            synchronized (this) {
                id = record.id();
                chunkBytes = record.chunkSize().bytes();
                changedAt = System.nanoTime();
                local = changes != version;
            }
            if (!local && spool != null) {
                spool.saved();
            }
        } finally {
            locks().content().writeLock().unlock();
        }
    }

    /** One who had it open has closed it. What the last one leaves unsaved is kept for a person. */
    void release(boolean writer) throws IOException {
        Exception failure = null;
        try {
            if (writer || isOpenOnce()) {
                save();
            }
        } catch (IOException | RuntimeException e) {
            failure = e;
        }
        locks().content().writeLock().lock();
        try {
            handles--;
            open = handles > 0;
            if (!open) {
                drop(failure);
            }
        } finally {
            locks().content().writeLock().unlock();
        }
    }

    private boolean isOpenOnce() {
        locks().content().readLock().lock();
        try {
            return handles == 1;
        } finally {
            locks().content().readLock().unlock();
        }
    }

    private void drop(@Nullable Exception failure) throws IOException {
        SpoolFile file = spool;
        spool = null;
        notInOrder();
        try {
            if (file != null && local && !node.removed) {
                giveUp(file, failure == null ? new IOException("it changed while it was closed") : failure);
            } else if (file != null) {
                file.close();
            }
        } finally {
            if (remote != null) {
                remote.close();
                remote = null;
            }
        }
    }

    private void giveUp(SpoolFile file, Exception failure) throws IOException {
        local = false;
        if (id == null) {
            context.nodes().detached(node);
        }
        cached = null; // the kernel's pages are of what was not saved
        id = null;
        context.events().notSaved(context.nodes().path(node), file.keep(node.name), failure);
    }
}
