package io.trivet.client;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What a local path is that shall be written to. Every write of a local file checks it first, so
 * that none renames a new file over a device.
 *
 * <ul>
 *   <li>nothing, or a regular file: {@link Replaceable}. A new file takes the name in one step.
 *   <li>a symbolic link: its target decides, and the link stays. A link to nothing is refused, as
 *       {@code cp} does.
 *   <li>a FIFO, a character device, an open stream of this process ({@code /dev/stdout}): {@link
 *       Sink}. Bytes are written into it.
 *   <li>a directory, a socket, a block device: refused.
 * </ul>
 */
public sealed interface LocalTarget {
    /** The file to write, with links resolved except those to an open stream. */
    Path file();

    /** A regular file, or nothing yet. */
    record Replaceable(Path file) implements LocalTarget {}

    /** Takes bytes in order, and has no content that could be replaced. */
    record Sink(Path file) implements LocalTarget {}

    /**
     * Checks the path; changes nothing. Throws {@link TrivetException} if it cannot be written to.
     */
    static LocalTarget of(Path path) {
        try {
            return at(path);
        } catch (IOException e) {
            throw LocalFiles.refusal(path, e);
        }
    }

    /** Like {@link #of}, for callers that must replace a whole file; a sink is refused. */
    static Path replaceable(Path path) {
        return switch (of(path)) {
            case Replaceable(Path file) -> file;
            case Sink ignored ->
                throw refused(Refusal.Kind.ALREADY_EXISTS, path, "it is no regular file: name another one");
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
        } catch (NoSuchFileException ignored) {
            throw refused(Refusal.Kind.NO_SUCH_FILE, link, "it is a symbolic link to nothing: remove the link first");
        }
    }

    /**
     * {@code /dev/stdout} leads to {@code /proc/self/fd/1}, which leads to the open file: that file
     * must not be replaced.
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
