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
 * The directory that rescued files come out in. Nothing is written outside it: every name is a
 * plain one, and a symbolic link on the way is refused, not followed. Nothing that is there is ever
 * replaced. Files grow in a directory of their own and are moved when they are whole and on stable
 * storage; their names are durable after {@link #sync}. One thread; nobody else may change the
 * directory meanwhile.
 */
final class RescueTarget implements Closeable {
    /** Holds files that grow; removed at the end, emptied at the start. */
    static final String TEMPORARY = ".trivet-rescue";

    /** What Linux takes for a path, without the NUL at its end. */
    private static final int MAX_LOCAL_PATH = 4095;

    private final Path root;
    private final Path temporary;
    private final Set<Path> changed = new TreeSet<>();
    private long drafts;

    private RescueTarget(Path root) {
        this.root = root;
        this.temporary = root.resolve(TEMPORARY);
    }

    /** Makes the directory if needed. It may be a symbolic link itself: its owner named it. */
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

    /** Bytes that a path below this directory may have, its first slash included. */
    int room() {
        return MAX_LOCAL_PATH - root.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    /**
     * Where a name leads; makes nothing.
     *
     * @throws IOException if a directory of the name is a symbolic link or a file, or if a name is not plain
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
     * Whether a file of exactly this content is there already, from an earlier rescue that was cut
     * short perhaps; throws if something else is.
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

    /** A new file that has no name yet. */
    Draft draft() throws IOException {
        return new Draft(temporary.resolve("draft-" + drafts++));
    }

    /** Makes the names of all files published up to now durable. */
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

    /** Only what a rescue made: a name of another kind is somebody else's and stays. */
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

    /** A name in {@code directory} may be new, and the directory itself, and those above it up to {@code top}. */
    private void changedBelow(Path top, Path directory) {
        for (Path path = directory; path.startsWith(top); path = parent(path)) {
            if (!changed.add(path) || path.equals(top)) {
                return;
            }
        }
    }

    /** Of something below the root, which therefore has one. */
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

    /** A file that grows; closing it unpublished removes it. */
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

        /** Gives the file its name, which nothing has; its bytes are on stable storage before. */
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
