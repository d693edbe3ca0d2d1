package io.trivet.file;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Files and directories that only their owner may access, on systems with permissions for owner,
 * group and others.
 */
public final class PrivateFiles {
    private static final String OWNER_ALONE = "rw-------";

    private PrivateFiles() {}

    /** Makes the directory and its missing parents; one that exists stays as it is. */
    public static void makeDirectory(Path directory) throws IOException {
        Files.createDirectories(directory, attributes(directory, "rwx------"));
    }

    /** The attributes with which to create a private file. */
    public static FileAttribute<?>[] file(Path file) {
        return attributes(file, OWNER_ALONE);
    }

    /**
     * Throws {@code DENIED} if other users can read the file: a secret that others know protects
     * nothing.
     */
    public static void requirePrivate(Path file) throws IOException {
        if (!hasPermissions(file)) {
            return;
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (!PosixFilePermissions.fromString(OWNER_ALONE).containsAll(permissions)) {
            throw TrivetException.of(
                    Refusal.Kind.DENIED,
                    file.toString(),
                    "other users can read it (" + PosixFilePermissions.toString(permissions)
                            + "), and it holds a secret: chmod 600, and replace the key if it may have been read");
        }
    }

    private static FileAttribute<?>[] attributes(Path path, String permissions) {
        return hasPermissions(path)
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    /** Whether the file system of this path has permissions. */
    public static boolean hasPermissions(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
