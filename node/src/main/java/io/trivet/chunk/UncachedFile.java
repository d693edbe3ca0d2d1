package io.trivet.chunk;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A file whose bytes are read from the disk, past the page cache (O_DIRECT). Such reads begin at a multiple of the file system's block and go into memory
 * that is aligned like it; so they go through a buffer of this file's own, one at a time.
 */
final class UncachedFile implements DiskFiles.OpenFile {
    private static final int BUFFER = 1 << 20;

    private final Path path;
    private final FileChannel channel;
    private final int block;
    private final Arena arena = Arena.ofShared();
    private final ByteBuffer buffer;

    private UncachedFile(Path path, FileChannel channel, int block, long size) {
        this.path = path;
        this.channel = channel;
        this.block = block;
        long wanted = Math.min(BUFFER, Math.ceilDiv(size + 1, block) * block) + block;
        this.buffer = arena.allocate(wanted, block).asByteBuffer();
    }

    /** Empty where the file system cannot do it, or for whatever reason the file cannot be opened so: the usual way says why, if it fails too. */
    static Optional<UncachedFile> open(Path path) throws NoSuchFileException {
        Optional<OpenOption> direct = PastPageCache.DIRECT;
        if (direct.isEmpty()) {
            return Optional.empty();
        }
        try {
            long block = Files.getFileStore(path).getBlockSize();
            if (block < 1 || block > BUFFER || Long.bitCount(block) != 1) {
                return Optional.empty();
            }
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, direct.get());
            return Optional.of(new UncachedFile(path, channel, (int) block, Files.size(path)));
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    @Override
    public synchronized int read(ByteBuffer into, long position) throws IOException {
        int before = (int) (position % block);
        long wanted = Math.min((long) before + into.remaining(), buffer.capacity());
        int length = (int) Math.min(Math.ceilDiv(wanted, block) * block, buffer.capacity());
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
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public void close() throws IOException {
        channel.close();
        arena.close();
    }
}
