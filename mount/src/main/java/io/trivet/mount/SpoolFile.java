package io.trivet.mount;

import io.trivet.client.FileEdit;
import io.trivet.client.RemoteFile;
import io.trivet.file.PrivateFiles;
import io.trivet.model.TrivetException;
import io.trivet.mount.fuse.Errno;
import io.trivet.mount.fuse.FuseException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The content of a file that is being changed: what was written is in a local file, the rest is read
 * from the content that the file had before, its base.
 *
 * <pre>
 *   0                      baseEnd         size
 *   |  written  |  base   |    zeros  | w |
 * </pre>
 *
 * Reads may run at once; anything else excludes them, which is up to the caller.
 */
final class SpoolFile implements AutoCloseable {
    private static final int FETCH_BYTES = 1 << 20;

    /** The end of the name of a kept file that has zeros for what was not written. */
    static final String INCOMPLETE = ".incomplete";

    /** A shorter file is saved whole: it is one chunk or two. */
    private static final int LEAST_IN_PART = 4 << 20;

    private final Spool spool;
    private final Path path;
    private final FileChannel channel;
    private @Nullable RemoteFile base;

    /** What of the base still counts: it ends where the file was once cut. */
    private long baseEnd;

    private long size;
    private final RangeSet written = new RangeSet();

    /** What was written since the content was last saved. */
    private final RangeSet changed = new RangeSet();

    /** What of the content that was last saved still counts. */
    private long savedEnd;

    SpoolFile(Spool spool, Path path, @Nullable RemoteFile base, long baseSize) throws IOException {
        this.spool = spool;
        this.path = path;
        this.base = base;
        this.baseEnd = base == null ? 0 : baseSize;
        this.size = baseSize;
        this.savedEnd = baseEnd;
        this.channel = FileChannel.open(
                path,
                Set.of(
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.SPARSE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE),
                PrivateFiles.file(path));
    }

    long size() {
        return size;
    }

    Path path() {
        return path;
    }

    /** Reads until the buffer is full or the file ends. Returns the number of bytes. */
    int read(long position, ByteBuffer target) throws IOException {
        int begin = target.position();
        int end = (int) Math.min(target.limit(), begin + Math.max(0, size - position));
        long at = position;
        while (target.position() < end) {
            int wanted = end - target.position();
            RangeSet.Range there = written.at(at);
            if (there != null) {
                read(channel, at, slice(target, Math.min(wanted, there.end() - at)));
            } else {
                long gap = Math.min(wanted, written.next(at, size) - at);
                if (at < baseEnd && base != null) {
                    gap = Math.min(gap, baseEnd - at);
                    readBase(base, at, slice(target, gap));
                } else {
                    zeros(slice(target, gap));
                }
            }
            at = position + target.position() - begin;
        }
        return target.position() - begin;
    }

    /** Whether the local file is all of it, however much is written to it. */
    boolean hasNoBase() {
        return base == null;
    }

    /** Reads bytes that are in the local file and stay there. Any thread, also while others write elsewhere. */
    void readLocal(long position, byte[] target, int count) throws IOException {
        read(channel, position, ByteBuffer.wrap(target, 0, count));
    }

    /** The next bytes of the buffer, whose position moves behind them. */
    private static ByteBuffer slice(ByteBuffer target, long length) {
        ByteBuffer slice = target.slice(target.position(), (int) length);
        target.position(target.position() + (int) length);
        return slice;
    }

    private static void read(FileChannel channel, long position, ByteBuffer target) throws IOException {
        long at = position;
        while (target.hasRemaining()) {
            int count = channel.read(target, at);
            if (count < 0) {
                throw new IOException("a spool file is shorter than what was written to it");
            }
            at += count;
        }
    }

    private static void readBase(RemoteFile base, long position, ByteBuffer target) throws IOException {
        long at = position;
        while (target.hasRemaining()) {
            int count = base.read(at, target);
            if (count < 0) {
                throw new IOException("a content is shorter than its record says");
            }
            at += count;
        }
    }

    private static void zeros(ByteBuffer target) {
        while (target.hasRemaining()) {
            target.put((byte) 0);
        }
    }

    /**
     * Returns how many bytes were written: all, or fewer if the disk is full in between. Throws {@code
     * ENOSPC}, and has written nothing, if the spool has no room for the larger file.
     */
    int write(long position, ByteBuffer bytes) throws IOException {
        long end = position + bytes.remaining();
        if (end < 0) {
            throw new FuseException(Errno.EFBIG);
        }
        long growth = Math.max(0, end - size);
        spool.reserve(growth);
        long done = position;
        try {
            done += put(position, bytes);
        } finally {
            spool.reserve(Math.max(size, done) - size - growth);
        }
        written.add(position, done);
        changed.add(position, done);
        size = Math.max(size, done);
        return (int) (done - position);
    }

    /** Fewer than all if the disk is full in between; throws if it is full before the first byte. */
    private int put(long position, ByteBuffer bytes) throws IOException {
        long at = position;
        try {
            while (bytes.hasRemaining()) {
                at += channel.write(bytes, at);
            }
        } catch (IOException e) {
            if (at == position) {
                throw e;
            }
        }
        return (int) (at - position);
    }

    /** Cuts the file, or makes it longer by zeros. Throws {@code ENOSPC} as {@link #write} does. */
    void truncate(long length) throws IOException {
        spool.reserve(length - size);
        if (length < channel.size()) {
            channel.truncate(length);
        }
        written.cut(length);
        changed.cut(length);
        savedEnd = Math.min(savedEnd, length);
        baseEnd = Math.min(baseEnd, length);
        size = length;
    }

    /**
     * Whether less than half of it would be stored if the chunks were that in which something changed
     * since it was last saved, and it is long enough for that to matter.
     */
    boolean isChangedInPart(long chunkBytes) {
        RangeSet chunks = new RangeSet();
        for (RangeSet.Range range : changed.all()) {
            chunks.add(range.begin() / chunkBytes * chunkBytes, Math.ceilDiv(range.end(), chunkBytes) * chunkBytes);
        }
        chunks.add(Math.min(savedEnd, size) / chunkBytes * chunkBytes, size > savedEnd ? size : 0);
        return size >= LEAST_IN_PART && savedEnd > 0 && chunks.count() < size / 2;
    }

    /** What was not written is read from this content from now on, which has the same bytes there. */
    void rebase(RemoteFile content) {
        base = content;
    }

    /** Writes what changed into the content that was last saved. */
    void writeTo(FileEdit edit) throws IOException {
        edit.truncate(Math.min(savedEnd, edit.size()));
        edit.truncate(size);
        for (RangeSet.Range range : changed.all()) {
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(FETCH_BYTES, range.length()));
            for (long at = range.begin(); at < range.end(); at += bytes.limit()) {
                bytes.clear().limit((int) Math.min(bytes.capacity(), range.end() - at));
                read(channel, at, bytes);
                edit.write(at, bytes.flip());
            }
        }
    }

    /** The content is saved as it is now. */
    void saved() {
        changed.cut(0);
        savedEnd = size;
    }

    /** Fetches what only the base has. Then the local file is the whole content. */
    void complete() throws IOException {
        if (base != null) {
            for (RangeSet.Range gap : written.gaps(0, baseEnd)) {
                fetch(base, gap);
            }
        }
        baseEnd = 0;
        if (channel.size() < size) {
            channel.write(ByteBuffer.allocate(1), size - 1); // no byte of the file: a zero
        }
    }

    private void fetch(RemoteFile from, RangeSet.Range gap) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(FETCH_BYTES, gap.length()));
        for (long at = gap.begin(); at < gap.end(); ) {
            bytes.clear().limit((int) Math.min(bytes.capacity(), gap.end() - at));
            readBase(from, at, bytes);
            int count = put(at, bytes.flip());
            written.add(at, at + count);
            at += count;
        }
    }

    /**
     * Moves the local file to where a person finds it, and forgets it. Its room stays taken. If what
     * was not written cannot be fetched, the name ends with {@link #INCOMPLETE}.
     */
    Path keep(String name) throws IOException {
        String kept = name;
        try {
            complete();
        } catch (IOException | TrivetException _) {
            kept = name + INCOMPLETE;
        }
        channel.close();
        return spool.keep(path, kept);
    }

    /** Deletes the local file and gives its room back. */
    @Override
    public void close() throws IOException {
        spool.reserve(-size);
        channel.close();
        Files.deleteIfExists(path);
    }
}
