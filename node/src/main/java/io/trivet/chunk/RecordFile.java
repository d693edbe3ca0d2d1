package io.trivet.chunk;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The chunk and trailer of one record, as if they were a file of their own. It stays readable if
 * the record is removed, moved, or its volume deleted. Closing it closes the volume's file.
 */
final class RecordFile implements DiskFiles.OpenFile {
    private final DiskFiles.OpenFile volume;
    private final long start;
    private final int size;

    /**
     * @param start where the chunk's bytes begin in the volume
     * @param size of chunk and trailer
     */
    RecordFile(DiskFiles.OpenFile volume, long start, int size) {
        this.volume = volume;
        this.start = start;
        this.size = size;
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
        int length = (int) Math.min(into.remaining(), size - position);
        if (length <= 0) {
            return into.hasRemaining() ? -1 : 0;
        }
        int limit = into.limit();
        into.limit(into.position() + length);
        try {
            return volume.read(into, start + position);
        } finally {
            into.limit(limit);
        }
    }

    @Override
    public void write(ByteBuffer bytes, long position) {
        throw new UnsupportedOperationException("a record is never rewritten");
    }

    @Override
    public void sync() {
        throw new UnsupportedOperationException("a record is never rewritten");
    }

    @Override
    public void truncate(long size) {
        throw new UnsupportedOperationException("a record is never rewritten");
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void close() throws IOException {
        volume.close();
    }

    /** Bytes in memory as a file. */
    static DiskFiles.OpenFile of(ByteBuffer bytes) {
        return new RecordFile(new InMemory(bytes), 0, bytes.remaining());
    }

    private record InMemory(ByteBuffer bytes) implements DiskFiles.OpenFile {
        @Override
        public int read(ByteBuffer into, long position) {
            int length = Math.min(into.remaining(), bytes.remaining() - (int) position);
            into.put(bytes.slice(bytes.position() + (int) position, length));
            return length;
        }

        @Override
        public void write(ByteBuffer some, long position) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void sync() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void truncate(long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long size() {
            return bytes.remaining();
        }

        @Override
        public void close() {}
    }
}
