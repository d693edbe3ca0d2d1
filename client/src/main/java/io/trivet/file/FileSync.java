package io.trivet.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * Fsync of files and directories. Every failure is thrown; nothing is durable then. Any thread that
 * is never interrupted.
 */
public final class FileSync {
    private FileSync() {}

    /** Makes the content and the size of the file durable. */
    public static void force(FileChannel file) throws IOException {
        file.force(true);
    }

    /** Makes the content of a file, or the names in a directory, durable. */
    public static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /**
     * Makes the name of this file or directory durable. No effect on systems without POSIX
     * permissions, where directories cannot be opened.
     */
    public static void forceName(Path path) throws IOException {
        if (PrivateFiles.hasPermissions(path)) {
            force(Objects.requireNonNull(path.toAbsolutePath().getParent(), "a file is in a directory"));
        }
    }
}
