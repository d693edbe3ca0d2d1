package io.trivet.chunk;

import java.io.IOException;

/**
 * The directory of the volumes of a disk, made when the first small chunk is stored. The disk's
 * format version rises with it, so that a release that knows no volumes refuses the disk. One
 * thread at a time makes it; any may sync it.
 */
final class VolumeDirectory {
    private final Disk disk;
    private final DiskFiles files;
    private final DiskPaths tree;
    private final SyncedDirectory names;
    private boolean known;
    private boolean ready;

    VolumeDirectory(Disk disk) {
        this.disk = disk;
        this.files = disk.files();
        this.tree = disk.tree();
        this.names = new SyncedDirectory(files, tree.volumes());
    }

    /** Makes the name of an existing directory, and the names in it, durable. */
    boolean isThere() throws IOException {
        if (!files.exists(tree.volumes())) {
            return false;
        }
        try {
            files.syncDirectory(tree.root());
            files.syncDirectory(tree.volumes());
        } catch (IOException e) {
            throw new FsyncFailedException(tree.volumes() + ": an fsync of the directory failed", e);
        }
        known = true;
        ready = new IdentityFile(files, tree).version() >= DiskIdentity.VERSION_WITH_VOLUMES;
        return true;
    }

    /**
     * Makes it unless it is there. Durable on return: first the directory, then the version, so that
     * a disk of this version without it was wiped.
     */
    void make() throws IOException {
        if (ready) {
            return;
        }
        if (!known) {
            makeDirectory();
        }
        new IdentityFile(files, tree).raise(disk.identity());
        ready = true;
    }

    /** A later attempt must make the name again, because the kernel may count this one as written. */
    private void makeDirectory() throws IOException {
        files.makeDirectory(tree.volumes());
        try {
            files.syncDirectory(tree.root());
        } catch (IOException e) {
            try {
                files.delete(tree.volumes());
            } catch (IOException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
        known = true;
    }

    /** Take a ticket before changing names. */
    long ticket() {
        return names.ticket();
    }

    /** Makes the names durable that changed since {@code ticket} (see {@link SyncedDirectory}). */
    void sync(long ticket) throws IOException {
        names.sync(ticket);
    }
}
