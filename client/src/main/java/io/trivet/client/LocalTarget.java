package io.trivet.client;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What a local path is when something is to be written under it. Every way of writing a local file
 * asks here first, so that none of them renames a new
 * file over a device.
 *
 * <ul>
 *   <li>nothing, or a regular file: {@link Replaceable}. A new file takes the name in one step.
 *   <li>a symbolic link: what it leads to decides, and the link stays. A link to nothing is
 *   refused, as {@code cp} does.
 *   <li>a FIFO, a character device, an open stream of this process ({@code /dev/stdout}): {@link
 *   Sink}. Bytes are written into it.
 *   <li>a directory, a socket, a block device: refused.
 * </ul>
 */
public sealed interface LocalTarget {
    /** Where the bytes go: {@code file} is the place itself, without a link at its end. */
    Path file();

    /** A regular file, or none yet. */
    record Replaceable(Path file) implements LocalTarget {}

    /** Something that takes bytes in order, and has no content of its own that could be replaced. */
    record Sink(Path file) implements LocalTarget {}

    /** Looks at what is there, and changes nothing. Throws {@link TrivetException} for what cannot be written to. */
    static LocalTarget of(Path path) {
        try {
            return at(path);
        } catch (IOException e) {
            throw LocalFiles.refusal(path, e);
        }
    }

    /** The same where only a whole file will do. */
    static Path replaceable(Path path) {
        return switch (of(path)) {
            case Replaceable(Path file) -> file;
            case Sink _ -> throw refused(Refusal.Kind.ALREADY_EXISTS, path, "it is no regular file: name another one");
        };
    }

    private static LocalTarget at(Path path) throws IOException {
        if (path.getFileName() == null) {
            throw refused(Refusal.Kind.IS_A_DIRECTORY, path, "name a file in it");
        }
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return new Replaceable(path);
        }
        if (Files.isSymbolicLink(path)) {
            return throughLink(path);
        }
        return switch (FileType.of(path)) {
            case REGULAR -> new Replaceable(path);
            case FIFO, CHARACTER_DEVICE -> new Sink(path);
            case DIRECTORY -> throw refused(Refusal.Kind.IS_A_DIRECTORY, path, "name a file in it");
            case SOCKET -> throw refused(Refusal.Kind.ALREADY_EXISTS, path, "it is a socket: name another file");
            case BLOCK_DEVICE ->
                throw refused(Refusal.Kind.ALREADY_EXISTS, path, "it is a block device, which is never overwritten");
            case OTHER -> throw refused(Refusal.Kind.ALREADY_EXISTS, path, "it is no regular file: name another one");
        };
    }

    private static LocalTarget throughLink(Path link) throws IOException {
        if (isOpenStream(link)) {
            return new Sink(link);
        }
        try {
            return at(link.toRealPath());
        } catch (NoSuchFileException _) {
            throw refused(Refusal.Kind.NO_SUCH_FILE, link, "it is a symbolic link to nothing: remove the link first");
        }
    }

    /**
     * {@code /dev/stdout} leads to {@code /proc/self/fd/1}, and that to whatever the stream is: a
     * file that is open there must not be replaced.
     */
    private static boolean isOpenStream(Path link) throws IOException {
        Path at = link.toAbsolutePath();
        for (int links = 0; links < FileType.MAX_LINKS && Files.isSymbolicLink(at); links++) {
            Path directory = at.getParent();
            if (directory != null && directory.toRealPath().startsWith("/proc")) {
                return true;
            }
            at = at.resolveSibling(Files.readSymbolicLink(at));
        }
        return false;
    }

    private static TrivetException refused(Refusal.Kind kind, Path path, String detail) {
        return TrivetException.of(kind, path.toString(), detail);
    }
}
