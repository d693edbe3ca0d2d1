package io.trivet.file;

import io.trivet.model.Checksums;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A small local file of lines, each with a checksum, for data that may be lost but must never be
 * wrong: if a process dies during a write, the damaged line and all after it are ignored. One
 * process at a time has it open; only its owner may read it.
 *
 * <p>Lines are appended without fsync; readers verify what they say. Any thread may append.
 */
public final class ChecksummedLog implements AutoCloseable {
    /** More than a file of the largest number of chunks needs; anything beyond is not read. */
    private static final long MAX_BYTES = 64L << 20;

    /**
     * The files that this process has open. Where locks belong to processes, closing a second
     * channel on a file would release the lock of the first, so there is never a second one.
     */
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;
    private final List<String> lines;
    private boolean broken;

    private ChecksummedLog(Path file, FileChannel channel, List<String> lines) {
        this.file = file;
        this.channel = channel;
        this.lines = List.copyOf(lines);
    }

    /**
     * Opens or makes the file. Empty if another process or thread has it, if it does not belong to
     * this user, or if it cannot be written.
     */
    public static Optional<ChecksummedLog> open(Path path) {
        Path file = path.toAbsolutePath().normalize();
        if (!OPEN.add(file)) {
            return Optional.empty();
        }
        Optional<ChecksummedLog> opened = Optional.empty();
        try {
            make(file);
            opened = lock(file);
        } catch (IOException | UnsupportedOperationException | SecurityException ignored) {
            // Nothing is recorded then.
        } finally {
            if (opened.isEmpty()) {
                OPEN.remove(file);
            }
        }
        return opened;
    }

    private static void make(Path file) throws IOException {
        try {
            Files.createFile(file, PrivateFiles.file(file));
        } catch (FileAlreadyExistsException ignored) {
            // It exists.
        }
    }

    /**
     * The lock counts only if the locked file still has the name: its previous holder may have
     * removed it.
     */
    private static Optional<ChecksummedLog> lock(Path file) throws IOException {
        if (!isOwn(file)) {
            return Optional.empty();
        }
        String before = keyOf(file);
        FileChannel channel = FileChannel.open(
                file, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
        boolean kept = false;
        try {
            kept = channel.tryLock() != null && keyOf(file).equals(before);
            return kept ? Optional.of(new ChecksummedLog(file, channel, sound(channel))) : Optional.empty();
        } catch (OverlappingFileLockException ignored) {
            return Optional.empty();
        } finally {
            if (!kept) {
                channel.close();
            }
        }
    }

    /** Identifies the file of this name, whatever its content. */
    public static String keyOf(Path file) throws IOException {
        Object key = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
        return String.valueOf(key).replaceAll("\\s", "_");
    }

    /** In a directory that others may write to, a file of another user is not trusted. */
    public static boolean isOwn(Path file) throws IOException {
        try {
            UserPrincipal user = file.getFileSystem()
                    .getUserPrincipalLookupService()
                    .lookupPrincipalByName(System.getProperty("user.name", ""));
            return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    && Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).equals(user);
        } catch (UnsupportedOperationException ignored) {
            return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
        }
    }

    /**
     * The lines up to the first torn or damaged one, without their checksums; the rest is cut off.
     */
    private static List<String> sound(FileChannel channel) throws IOException {
        List<String> lines = new ArrayList<>();
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(MAX_BYTES, channel.size()));
        for (int read = channel.read(bytes, 0); read > 0 && bytes.hasRemaining(); ) {
            read = channel.read(bytes, bytes.position());
        }
        String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1);
        int from = 0;
        for (int end = text.indexOf('\n'); end >= 0; from = end + 1, end = text.indexOf('\n', from)) {
            int space = text.lastIndexOf(' ', end);
            if (space < from || !sum(text.substring(from, space)).equals(text.substring(space + 1, end))) {
                break;
            }
            lines.add(text.substring(from, space));
        }
        channel.truncate(from);
        return lines;
    }

    /** The lines at the time when it was opened. */
    public List<String> lines() {
        return lines;
    }

    /**
     * Replaces all lines by this one, which is on stable storage on return unless the disk fails.
     */
    public synchronized void restart(String line) {
        try {
            channel.truncate(0);
            broken = false;
            append(line);
            FileSync.force(channel);
        } catch (IOException ignored) {
            broken = true;
        }
    }

    /**
     * Appends a line of ASCII without line feeds. If the disk is full, nothing more is recorded,
     * which only costs a repetition.
     */
    public synchronized void append(String line) {
        if (broken) {
            return;
        }
        try {
            ByteBuffer bytes = StandardCharsets.ISO_8859_1.encode(line + " " + sum(line) + "\n");
            for (long at = channel.size(); bytes.hasRemaining(); ) {
                at += channel.write(bytes, at);
            }
        } catch (IOException ignored) {
            broken = true;
        }
    }

    private static String sum(String line) {
        return Checksums.text(Checksums.of(line.getBytes(StandardCharsets.ISO_8859_1)));
    }

    /** Removes the file; call before {@link #close}. */
    public void delete() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException ignored) {
            // A remaining file says nothing wrong.
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException ignored) {
            // The lock is released when the process ends.
        } finally {
            OPEN.remove(file);
        }
    }
}
