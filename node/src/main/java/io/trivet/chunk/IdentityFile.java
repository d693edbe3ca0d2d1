package io.trivet.chunk;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The file {@code trivet-disk}. Its presence marks a disk as formatted, so formatting makes it
 * last.
 */
final class IdentityFile {
    private final DiskFiles files;
    private final DiskPaths tree;

    IdentityFile(DiskFiles files, DiskPaths tree) {
        this.files = files;
        this.tree = tree;
    }

    /** Reads the disk's identity. Refuses a disk without one. */
    DiskIdentity read() throws IOException {
        return DiskIdentity.parse(text(), tree.root().toString());
    }

    /** The version of the disk's format. Refuses a disk without an identity. */
    int version() throws IOException {
        String text = text();
        DiskIdentity.parse(text, tree.root().toString());
        return DiskIdentity.versionOf(text);
    }

    private String text() throws IOException {
        String where = tree.root().toString();
        try (DiskFiles.OpenFile file = files.open(tree.identity())) {
            ByteBuffer bytes = ByteBuffer.allocate(DiskIdentity.MAX_BYTES);
            while (bytes.hasRemaining() && file.read(bytes, bytes.position()) >= 0) {}
            return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
        } catch (NoSuchFileException e) {
            throw new TrivetException(
                    new Refusal(
                            Refusal.Kind.DISK_FAILED,
                            where,
                            "there is no file trivet-disk: the disk is not mounted, was wiped, or was never formatted."
                                    + " Mount it, or format it as a new disk"),
                    e);
        }
    }

    /**
     * Formats an existing directory without chunks. Durable on return; after a crash before that,
     * it is unformatted.
     */
    void format(DiskIdentity identity) throws IOException {
        requireUnused();
        files.makeDirectory(tree.chunks());
        files.makeDirectory(tree.temporary());
        files.makeDirectory(tree.quarantine());
        write(identity.text());
        syncParent();
    }

    /**
     * Raises the version of the disk to the present one. Durable on return; after a crash before
     * that, the disk has one or the other. After a failure it must be repeated: the name is made
     * again, because the kernel may count the one before as written.
     */
    void raise(DiskIdentity identity) throws IOException {
        write(identity.text(DiskIdentity.VERSION));
    }

    private void write(String text) throws IOException {
        Path draft = tree.temporary().resolve("trivet-disk");
        if (files.exists(draft)) {
            files.delete(draft);
        }
        try (DiskFiles.OpenFile file = files.create(draft)) {
            file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
            file.sync();
        }
        files.rename(draft, tree.identity());
        files.syncDirectory(tree.root());
    }

    private void requireUnused() throws IOException {
        if (files.exists(tree.identity())) {
            throw TrivetException.of(
                    Refusal.Kind.ALREADY_EXISTS, tree.root().toString(), "this is a formatted disk already");
        }
        requireEmpty(tree.chunks());
        requireEmpty(tree.volumes());
    }

    private void requireEmpty(Path directory) throws IOException {
        if (files.exists(directory)) {
            files.list(directory, path -> {
                throw TrivetException.of(
                        Refusal.Kind.ALREADY_EXISTS,
                        tree.root().toString(),
                        "the disk has no identity, but holds " + path + ": rescue what is on it, or empty it first");
            });
        }
    }

    /**
     * The root may be new, so its name is made durable. If its parent may not even be opened,
     * someone else made the root.
     */
    private void syncParent() throws IOException {
        Path parent = tree.root().toAbsolutePath().getParent();
        if (parent == null) {
            return;
        }
        try {
            files.syncDirectory(parent);
        } catch (IOException e) {
            if (!(e.getCause() instanceof AccessDeniedException)) {
                throw e;
            }
        }
    }
}
