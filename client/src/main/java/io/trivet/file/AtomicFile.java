package io.trivet.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Set;

/**
 * A small file that is replaced as a whole: after a crash it holds the old content or the new. One
 * writer at a time.
 *
 * <pre>
 *   write NAME.new, fsync it, rename it to NAME, fsync the directory
 * </pre>
 */
public final class AtomicFile {
    private static final Set<StandardOpenOption> FRESH =
            Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);

    private AtomicFile() {}

    /** In UTF-8. Durable on return. */
    public static void write(Path file, String text) throws IOException {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Durable on return. */
    public static void write(Path file, byte[] content) throws IOException {
        write(file, content, new FileAttribute<?>[0]);
    }

    /** Durable on return. Other users can never read the file. */
    public static void writePrivate(Path file, byte[] content) throws IOException {
        write(file, content, PrivateFiles.file(file));
    }

    private static void write(Path file, byte[] content, FileAttribute<?>[] attributes) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(temporary);
        try (FileChannel channel = FileChannel.open(temporary, FRESH, attributes)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            FileSync.force(channel);
        }
        replace(file, temporary);
    }

    /**
     * Renames a file, whose content is already durable, and replaces any file of that name. The
     * name is durable on return.
     */
    public static void replace(Path file, Path temporary) throws IOException {
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        FileSync.forceName(file);
    }

    /** Durable on return; no error if the file does not exist. */
    public static void delete(Path file) throws IOException {
        if (Files.deleteIfExists(file)) {
            FileSync.forceName(file);
        }
    }
}
