package io.trivet.mount;

import io.trivet.client.TrivetClient;
import io.trivet.model.NameEntry;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.mount.fuse.FuseSession;
import io.trivet.mount.fuse.MountPoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The files of a cluster, mounted over a directory. It ends when it is unmounted, by this or another
 * process.
 */
public final class TrivetMount implements AutoCloseable {
    private final Path directory;
    private final MountedFiles files;
    private final FuseSession session;
    private final Spool spool;
    private volatile boolean cutOff;

    private TrivetMount(Path directory, MountedFiles files, FuseSession session, Spool spool) {
        this.directory = directory;
        this.files = files;
        this.session = session;
        this.spool = spool;
    }

    /**
     * Mounts. On return the directory can be used. What a dead mount left there is cleared away first.
     * Throws {@code NOT_A_DIRECTORY} or {@code NO_SUCH_FILE} for what cannot be shown, {@code BUSY} if
     * the directory or the spool is in use by another mount, and {@link IOException} if the system
     * refuses the mount.
     *
     * @param client stays open until the mount has ended
     */
    public static TrivetMount start(TrivetClient client, MountOptions options, Path directory, MountEvents events)
            throws IOException {
        if (client.stat(options.root()) instanceof NameEntry.File) {
            throw TrivetException.of(
                    Refusal.Kind.NOT_A_DIRECTORY, options.root().toString(), "only a directory is mounted");
        }
        Path absolute = directory.toAbsolutePath().normalize();
        if (options.spool().toAbsolutePath().normalize().startsWith(absolute)) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST,
                    options.spool().toString(),
                    "the spool lies in the directory to be mounted: name another one");
        }
        clear(absolute);
        Optional<Spool> spool = Spool.open(options.spool(), options.spoolBytes());
        if (spool.isEmpty()) {
            throw TrivetException.of(
                    Refusal.Kind.BUSY,
                    options.spool().toString(),
                    "another mount uses this spool: name another directory");
        }
        boolean started = false;
        try {
            NodeTable nodes = new NodeTable(options.root());
            MountContext context = new MountContext(client, spool.get(), nodes, events);
            MountedFiles files = new MountedFiles(context, options);
            FuseSession session = FuseSession.start(
                    absolute, options.source(), options.readOnly(), options.allowOther(), options.threads(), files);
            started = true;
            return new TrivetMount(absolute, files, session, spool.get());
        } finally {
            if (!started) {
                spool.get().close();
            }
        }
    }

    private static void clear(Path directory) throws IOException {
        if (MountPoint.at(directory).isPresent()) {
            if (!MountPoint.isDead(directory)) {
                throw TrivetException.of(Refusal.Kind.BUSY, directory.toString(), "it is mounted already");
            }
            MountPoint.unmount(directory, true);
        }
    }

    /** Returns when it was unmounted and everything that could be saved is saved. */
    public void awaitEnd() throws IOException, InterruptedException {
        session.awaitEnd();
        files.finish();
        spool.close();
    }

    /** Whether {@link #close} has saved what was open, and programs still use the files; nothing is to be awaited. */
    public boolean isCutOff() {
        return cutOff;
    }

    /**
     * Unmounts; {@link #awaitEnd} waits until everything is saved. If programs still use it, it is taken away from
     * the directory, and its files are saved as they are now.
     */
    @Override
    public void close() throws IOException {
        if (MountPoint.at(directory).isPresent()) {
            try {
                MountPoint.unmount(directory, false);
            } catch (IOException _) {
                files.finish();
                MountPoint.unmount(directory, true);
                cutOff = true;
            }
        }
    }
}
