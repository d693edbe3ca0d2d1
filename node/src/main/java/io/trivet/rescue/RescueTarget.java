package io.trivet.rescue;

import io.trivet.file.FileSync;
import io.trivet.model.Checksums;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * The directory of rescued files. Nothing is written outside it: every name is plain, and a
 * symbolic link in a path is refused, not followed. Nothing that exists is replaced. Files are
 * written in a temporary directory and moved once they are whole and on stable storage; their names
 * are durable after {@link #sync}. One thread; nothing else may change the directory at the same
 * time.
 */
final class RescueTarget implements Closeable {
    /** Contains unfinished files; emptied at the start, removed at the end. */
    static final String TEMPORARY = ".trivet-rescue";

    /** The longest path on Linux, without the NUL at its end. */
    private static final int MAX_LOCAL_PATH = 4095;

    private final Path root;
    private final Path temporary;
    private final Set<Path> changed = new TreeSet<>();
    private long drafts;

    private RescueTarget(Path root) {
        this.root = root;
        this.temporary = root.resolve(TEMPORARY);
    }

    /**
     * Makes the directory if needed. It may itself be a symbolic link, since its owner named it.
     */
    static RescueTarget open(Path directory) throws IOException {
        Path existing = directory.toAbsolutePath().normalize();
        while (!Files.exists(existing)) {
            existing = parent(existing);
        }
        Files.createDirectories(directory);
        RescueTarget rescueTarget = new RescueTarget(directory.toRealPath());
        rescueTarget.changedBelow(existing.toRealPath(), rescueTarget.root);
        requireDirectory(rescueTarget.temporary);
        if (!Files.exists(rescueTarget.temporary, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(rescueTarget.temporary);
        }
        rescueTarget.removeDrafts();
        return rescueTarget;
    }

    Path root() {
        return root;
    }

    /** The most bytes of a path below this directory, with its first slash. */
    int room() {
        return MAX_LOCAL_PATH - root.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    /**
     * The path of a name; makes nothing.
     *
     * @throws IOException if a directory of the name is a symbolic link or a file, or if a name is
     *     not plain
     */
    Path place(List<String> segments) throws IOException {
        Path place = root;
        for (String segment : segments) {
            requireDirectory(place);
            Path inside = place.resolve(segment);
            if (segment.equals(".") || segment.equals("..") || !place.equals(inside.getParent())) {
                throw new IOException(segment + ": the name would lead out of " + root);
            }
            place = inside;
        }
        return place;
    }

    /**
     * Whether a file with exactly this content exists already, for example from an interrupted
     * rescue. Throws if something else exists.
     */
    boolean holds(Path place, long size, int crc32c) throws IOException {
        if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        changedBelow(root, parent(place));
        if (!Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS)
                || Files.size(place) != size
                || crc32c(place) != crc32c) {
            throw new FileAlreadyExistsException(place.toString(), null, "holds something else, which is not replaced");
        }
        return true;
    }

    /**
     * Makes a symbolic link. It is in place, and is not followed, when this returns. Throws if
     * something else exists there; the same link is left as it is.
     */
    void link(Path place, String target) throws IOException {
        Path directory = parent(place);
        Path to = place.getFileSystem().getPath(target);
        if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectories(directory);
            Files.createSymbolicLink(place, to);
        } else if (!Files.isSymbolicLink(place)
                || !Files.readSymbolicLink(place).equals(to)) {
            throw new FileAlreadyExistsException(place.toString(), null, "holds something else, which is not replaced");
        }
        changedBelow(root, directory);
    }

    /** A new file without a final name. */
    Draft draft() throws IOException {
        return new Draft(temporary.resolve("draft-" + drafts++));
    }

    /** Makes the names of all files published so far durable. */
    void sync() throws IOException {
        for (Path directory : changed) {
            FileSync.force(directory);
        }
        changed.clear();
    }

    @Override
    public void close() throws IOException {
        removeDrafts();
        Files.deleteIfExists(temporary);
    }

    /** Removes only files with names that a rescue gives. */
    private void removeDrafts() throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(temporary, "draft-*")) {
            for (Path draft : left) {
                Files.delete(draft);
            }
        }
    }

    private static void requireDirectory(Path path) throws IOException {
        if (Files.isSymbolicLink(path)) {
            throw new FileAlreadyExistsException(
                    path.toString(), null, "is a symbolic link, which is not followed: move it away");
        }
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(path.toString(), null, "is no directory: move it away");
        }
    }

    /** Records that names in {@code directory} and its parents up to {@code top} may be new. */
    private void changedBelow(Path top, Path directory) {
        for (Path path = directory; path.startsWith(top); path = parent(path)) {
            if (!changed.add(path) || path.equals(top)) {
                return;
            }
        }
    }

    /** The parent of a path below the root. */
    private static Path parent(Path below) {
        return Objects.requireNonNull(below.getParent());
    }

    private static int crc32c(Path file) throws IOException {
        ByteBuffer piece = ByteBuffer.allocateDirect(1 << 16);
        int whole = 0;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (channel.read(piece.clear()) >= 0) {
                piece.flip();
                whole = Checksums.combine(whole, Checksums.of(piece), piece.remaining());
            }
            FileSync.force(channel);
        }
        return whole;
    }

    /** An unfinished file; closing it unpublished removes it. */
    final class Draft implements Closeable {
        private final Path path;
        private final FileChannel channel;

        private Draft(Path path) throws IOException {
            this.path = path;
            this.channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        }

        void write(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }

        /** Forces the bytes to stable storage and gives the file its name, which must be free. */
        void publish(Path place) throws IOException {
            Path directory = parent(place);
            FileSync.force(channel);
            Files.createDirectories(directory);
            Files.move(path, place, StandardCopyOption.ATOMIC_MOVE);
            changedBelow(root, directory);
        }

        @Override
        public void close() throws IOException {
            channel.close();
            Files.deleteIfExists(path);
        }
    }
}
