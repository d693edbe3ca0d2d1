package io.trivet.client;

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

/** A local file that is being saved, and what it was when that began. Any thread may read. */
final class SourceFile implements AutoCloseable {
    private static final int PERMISSION_BITS = 07777;

    private final Path path;
    private final FileChannel channel;
    private final BasicFileAttributes before;

    private SourceFile(Path path, FileChannel channel, BasicFileAttributes before) {
        this.path = path;
        this.channel = channel;
        this.before = before;
    }

    /** Throws {@code IS_A_DIRECTORY} for one. */
    static SourceFile open(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        boolean opened = false;
        try {
            BasicFileAttributes attributes = attributes(path);
            if (attributes.isDirectory()) {
                throw TrivetException.of(Refusal.Kind.IS_A_DIRECTORY, path.toString(), "save it with -r");
            }
            opened = true;
            return new SourceFile(path, channel, attributes);
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

    /** Fills the buffer from a position of the file; {@code SOURCE_CHANGED} where it has fewer bytes than it had. */
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

    /** Throws {@code SOURCE_CHANGED} where the file is not what it was when it was opened. */
    void requireUnchanged() throws IOException {
        BasicFileAttributes after = attributes(path);
        if (after.size() != before.size() || channel.size() != before.size()) {
            throw changed("it had " + before.size() + " bytes and has " + channel.size() + " now: nothing was saved");
        }
        if (!after.lastModifiedTime().equals(before.lastModifiedTime())) {
            throw changed("it was written to: nothing was saved");
        }
    }

    OpenSave.Attributes attributes() {
        return new OpenSave.Attributes(before.lastModifiedTime().toInstant(), owner(), mode());
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
        } catch (IOException | UnsupportedOperationException _) {
            return OpenSave.Attributes.userName();
        }
    }

    private int mode() {
        try {
            return Files.getAttribute(path, "unix:mode") instanceof Integer mode
                    ? mode & PERMISSION_BITS
                    : OpenSave.Attributes.DEFAULT_MODE;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException _) {
            return OpenSave.Attributes.DEFAULT_MODE;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
