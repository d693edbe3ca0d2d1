package io.trivet.chunk;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A file that is read directly from the disk, without the page cache (O_DIRECT). Such reads need
 * positions and memory aligned to {@link DirectIo#UNIT}, so they go through a buffer of this file,
 * one at a time.
 */
final class DirectReadFile implements DiskFiles.OpenFile {
    private static final int BUFFER = 1 << 20;
    private static final int UNIT = DirectIo.UNIT;

    private final Path path;
    private final FileChannel channel;
    private final Arena arena = Arena.ofShared();
    private final ByteBuffer buffer;

    private DirectReadFile(Path path, FileChannel channel, long size) {
        this.path = path;
        this.channel = channel;
        long wanted = Math.min(BUFFER, Math.ceilDiv(size + 1, UNIT) * UNIT) + UNIT;
        this.buffer = arena.allocate(wanted, UNIT).asByteBuffer();
    }

    /**
     * Empty if the file system does not support it or the file cannot be opened this way; opening
     * it the usual way reports the reason if that fails too.
     */
    static Optional<DirectReadFile> open(Path path, DirectIo direct) throws NoSuchFileException {
        try {
            Optional<FileChannel> channel = direct.open(path, StandardOpenOption.READ);
            return channel.isPresent() ? Optional.of(over(path, channel.get())) : Optional.empty();
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private static DirectReadFile over(Path path, FileChannel channel) throws IOException {
        try {
            return new DirectReadFile(path, channel, channel.size());
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public synchronized int read(ByteBuffer into, long position) throws IOException {
        int before = (int) (position % UNIT);
        long wanted = Math.min((long) before + into.remaining(), buffer.capacity());
        int length = (int) Math.min(Math.ceilDiv(wanted, UNIT) * UNIT, buffer.capacity());
        try {
            int read = channel.read(buffer.clear().limit(length), position - before);
            if (read <= before) {
                return -1;
            }
            int some = Math.min(read - before, into.remaining());
            into.put(buffer.slice(before, some));
            return some;
        } catch (IOException e) {
            throw new IOException(path + ": reading at byte " + position + " failed: " + e.getMessage(), e);
        }
    }

    @Override
    public void write(ByteBuffer bytes, long position) {
        throw new UnsupportedOperationException(path + " is open for reading");
    }

    @Override
    public void sync() {
        throw new UnsupportedOperationException(path + " is open for reading");
    }

    @Override
    public void truncate(long size) {
        throw new UnsupportedOperationException(path + " is open for reading");
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public void close() throws IOException {
        channel.close();
        arena.close();
    }
}
