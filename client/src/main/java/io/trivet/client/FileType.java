package io.trivet.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * The type of the file to which a local path leads. Devices, pipes and sockets are {@link #OTHER}
 * if the system does not tell them apart.
 */
public enum FileType {
    REGULAR,
    DIRECTORY,
    FIFO,
    SOCKET,
    CHARACTER_DEVICE,
    BLOCK_DEVICE,
    OTHER;

    /** As many symbolic links as Linux follows in one path. */
    static final int MAX_LINKS = 40;

    private static final int FORMAT_MASK = 0170000;

    /** Follows links. */
    public static FileType of(Path path) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        if (attributes.isRegularFile()) {
            return REGULAR;
        }
        return attributes.isDirectory() ? DIRECTORY : special(path);
    }

    private static FileType special(Path path) throws IOException {
        try {
            return Files.getAttribute(path, "unix:mode") instanceof Integer mode ? ofMode(mode) : OTHER;
        } catch (UnsupportedOperationException | IllegalArgumentException ignored) {
            return OTHER;
        }
    }

    /** The format bits of {@code st_mode} (inode(7)). */
    private static FileType ofMode(int mode) {
        return switch (mode & FORMAT_MASK) {
            case 0010000 -> FIFO;
            case 0020000 -> CHARACTER_DEVICE;
            case 0060000 -> BLOCK_DEVICE;
            case 0140000 -> SOCKET;
            default -> OTHER;
        };
    }
}
