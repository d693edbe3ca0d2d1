package io.trivet.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** A directory that only its owner may look into. */
final class PrivateDirectory {
    private PrivateDirectory() {}

    /** Makes it and its missing parents; one that exists stays as it is. */
    static void make(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path parent =
                java.util.Objects.requireNonNull(directory.toAbsolutePath().getParent(), "it is no root");
        Files.createDirectories(parent);
        FileAttribute<?>[] own = isPosix(parent)
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
        Files.createDirectories(directory, own);
    }

    /** Whether files in this directory have permissions for owner, group and others. */
    static boolean isPosix(Path directory) throws IOException {
        return Files.getFileStore(directory).supportsFileAttributeView("posix");
    }
}
