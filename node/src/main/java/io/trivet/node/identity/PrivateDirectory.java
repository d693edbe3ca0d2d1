package io.trivet.node.identity;

import io.trivet.chunk.DiskPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Directories that only their owner may enter, whatever the umask, because they contain the users'
 * bytes and names.
 */
public final class PrivateDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(PrivateDirectory.class);

    private static final Set<PosixFilePermission> OWNER_ALONE = PosixFilePermissions.fromString("rwx------");

    private PrivateDirectory() {}

    /** Makes it and its missing parents; one that exists stays as it is. */
    public static void make(Path directory) throws IOException {
        Files.createDirectories(directory, attributes(directory));
    }

    private static FileAttribute<?>[] attributes(Path directory) {
        return hasPermissions(directory)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ALONE)}
                : new FileAttribute<?>[0];
    }

    /**
     * Closes directories that an earlier release left open to others. The root, which an operator
     * may have made and may share, is only reported.
     */
    public static void close(Path root) {
        DiskPaths tree = new DiskPaths(root);
        for (Path own :
                new Path[] {tree.chunks(), tree.volumes(), tree.temporary(), tree.quarantine(), SeatDirectory.of(root)
                }) {
            closeOwn(own);
        }
        if (isOpen(root)) {
            LOG.warn("others may enter the directory={}: chmod 700 closes it", root);
        }
    }

    private static void closeOwn(Path directory) {
        if (!isOpen(directory)) {
            return;
        }
        try {
            Set<PosixFilePermission> closed = new HashSet<>(Files.getPosixFilePermissions(directory));
            closed.retainAll(OWNER_ALONE);
            Files.setPosixFilePermissions(directory, closed);
            LOG.info("closed to others directory={}", directory);
        } catch (IOException e) {
            LOG.warn("others may enter the directory={} cause=\"{}\"", directory, e.toString());
        }
    }

    private static boolean isOpen(Path directory) {
        try {
            return hasPermissions(directory)
                    && Files.isDirectory(directory)
                    && !OWNER_ALONE.containsAll(Files.getPosixFilePermissions(directory));
        } catch (IOException _) {
            return false;
        }
    }

    private static boolean hasPermissions(Path directory) {
        return directory.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
