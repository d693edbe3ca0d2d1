package io.trivet.client;

import io.trivet.model.Attributes;
import io.trivet.model.ByteText;
import io.trivet.model.FileRecord;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/** A local file that is being saved, and its attributes at the beginning. Any thread may read. */
final class SourceFile implements AutoCloseable {
    private static final int PERMISSION_BITS = 07777;

    private final Path path;
    private final FileChannel channel;
    private final BasicFileAttributes before;
    private final Object changeTime;
    private final Attributes extended;

    private SourceFile(
            Path path, FileChannel channel, BasicFileAttributes before, Object changeTime, Attributes extended) {
        this.path = path;
        this.channel = channel;
        this.before = before;
        this.changeTime = changeTime;
        this.extended = extended;
    }

    /**
     * Whether the path has bytes but no reliable size: pipes, devices, files of {@code /proc}, and
     * of file systems that learn sizes late.
     */
    static boolean isStream(Path path) {
        try {
            return switch (FileType.of(path)) {
                case REGULAR -> Files.size(path) == 0 && hasBytes(path);
                case FIFO, CHARACTER_DEVICE, BLOCK_DEVICE -> true;
                case DIRECTORY, SOCKET, OTHER -> false;
            };
        } catch (IOException e) {
            throw LocalFiles.refusal(path, e);
        }
    }

    private static boolean hasBytes(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return channel.read(ByteBuffer.allocate(1)) > 0;
        }
    }

    /** Throws {@code IS_A_DIRECTORY} for a directory. */
    static SourceFile open(Path path, Preserve preserve) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        boolean opened = false;
        try {
            BasicFileAttributes attributes = attributes(path);
            if (attributes.isDirectory()) {
                throw TrivetException.of(Refusal.Kind.IS_A_DIRECTORY, path.toString(), "save it with -r");
            }
            Object changed = changeTime(path);
            Attributes extended = preserve == Preserve.ALL ? ExtendedAttributes.of(path) : Attributes.NONE;
            opened = true;
            return new SourceFile(path, channel, attributes, changed, extended);
        } finally {
            if (!opened) {
                channel.close();
            }
        }
    }

    Path path() {
        return path;
    }

    BasicFileAttributes before() {
        return before;
    }

    long size() {
        return before.size();
    }

    /**
     * Fills the buffer from a position of the file. Throws {@code SOURCE_CHANGED} if it has fewer
     * bytes than before.
     */
    void read(long position, ByteBuffer buffer) throws IOException {
        long at = position;
        while (buffer.hasRemaining()) {
            int read = channel.read(buffer, at);
            if (read < 0) {
                throw changed("it became shorter: nothing was saved");
            }
            at += read;
        }
    }

    /** Throws {@code SOURCE_CHANGED} if the file has changed since it was opened. */
    void requireUnchanged() throws IOException {
        BasicFileAttributes after = attributes(path);
        if (after.size() != before.size() || channel.size() != before.size()) {
            throw changed("its size changed from " + ByteText.unlike(before.size(), channel.size()) + " to "
                    + ByteText.unlike(channel.size(), before.size()) + ": nothing was saved");
        }
        if (channel.read(ByteBuffer.allocate(1), before.size()) > 0) {
            throw changed("it has more bytes than its size says: nothing was saved");
        }
        if (!Objects.equals(after.fileKey(), before.fileKey())) {
            throw changed("another file has its name now: nothing was saved");
        }
        if (!after.lastModifiedTime().equals(before.lastModifiedTime())
                || !changeTime(path).equals(changeTime)) {
            throw changed("it was written to: nothing was saved");
        }
    }

    /**
     * The time of the last change of the file or its attributes, which users cannot set, unlike the
     * time of modification. A constant if the system has none.
     */
    private static Object changeTime(Path path) throws IOException {
        try {
            return Files.getAttribute(path, "unix:ctime");
        } catch (UnsupportedOperationException | IllegalArgumentException ignored) {
            return "";
        }
    }

    SaveInProgress.Metadata attributes() {
        return new SaveInProgress.Metadata(before.lastModifiedTime().toInstant(), owner(), mode()).with(extended);
    }

    private TrivetException changed(String detail) {
        return TrivetException.of(Refusal.Kind.SOURCE_CHANGED, path.toString(), detail);
    }

    private static BasicFileAttributes attributes(Path source) throws IOException {
        return Files.readAttributes(source, BasicFileAttributes.class);
    }

    private String owner() {
        try {
            String owner = Files.getOwner(path).getName();
            return owner.length() > FileRecord.MAX_OWNER ? "" : owner;
        } catch (IOException | UnsupportedOperationException ignored) {
            return SaveInProgress.Metadata.userName();
        }
    }

    private int mode() {
        try {
            return Files.getAttribute(path, "unix:mode") instanceof Integer mode
                    ? mode & PERMISSION_BITS
                    : SaveInProgress.Metadata.DEFAULT_MODE;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException ignored) {
            return SaveInProgress.Metadata.DEFAULT_MODE;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
