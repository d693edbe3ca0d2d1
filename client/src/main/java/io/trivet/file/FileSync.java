package io.trivet.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * The fsync of files and directories. Every failure is thrown: nothing is durable then. Any thread,
 * but none that is interrupted.
 */
public final class FileSync {
    private FileSync() {}

    /** Makes durable what was written to the file, with its size. */
    public static void force(FileChannel file) throws IOException {
        file.force(true);
    }

    /** Makes durable what a file holds, or the names in a directory. */
    public static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /**
     * Makes the name of this file or directory durable. Does nothing where directories cannot be
     * opened: on systems without POSIX permissions.
     */
    public static void forceName(Path path) throws IOException {
        if (PrivateFiles.hasPermissions(path)) {
            force(Objects.requireNonNull(path.toAbsolutePath().getParent(), "a file is in a directory"));
        }
    }
}
