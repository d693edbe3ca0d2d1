package io.trivet.bench.chunks;

import io.trivet.chunk.DiskFiles;
import io.trivet.chunk.SystemDiskFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * The local disk, on which each sync takes some milliseconds longer, or does nothing if that is
 * negative. Counts the syncs.
 */
final class SlowSyncFiles implements DiskFiles {
    private final DiskFiles files = new SystemDiskFiles();
    private final LongAdder syncs = new LongAdder();
    private final int millis;

    SlowSyncFiles(int millis) {
        this.millis = millis;
    }

    long syncs() {
        return syncs.sum();
    }

    private boolean syncs(int time) {
        syncs.increment();
        if (time < 0) {
            return false;
        }
        long end = System.nanoTime() + 1_000_000L * time;
        for (long left = 1_000_000L * time; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        return true;
    }

    @Override
    public OpenFile create(Path file) throws IOException {
        return new SlowFile(files.create(file));
    }

    @Override
    public OpenFile open(Path file) throws IOException {
        return new SlowFile(files.open(file));
    }

    @Override
    public OpenFile update(Path file) throws IOException {
        return new SlowFile(files.update(file));
    }

    @Override
    public OpenFile openPastCache(Path file) throws IOException {
        return files.openPastCache(file);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        files.rename(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        files.delete(path);
    }

    @Override
    public void makeDirectory(Path directory) throws IOException {
        files.makeDirectory(directory);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        if (syncs(millis)) {
            files.syncDirectory(directory);
        }
    }

    @Override
    public boolean exists(Path path) throws IOException {
        return files.exists(path);
    }

    @Override
    public long size(Path file) throws IOException {
        return files.size(file);
    }

    @Override
    public void list(Path directory, Visitor visitor) throws IOException {
        files.list(directory, visitor);
    }

    @Override
    public long freeBytes(Path directory) throws IOException {
        return files.freeBytes(directory);
    }

    @Override
    public Object fileSystem(Path directory) throws IOException {
        return files.fileSystem(directory);
    }

    @Override
    public Optional<Closeable> lock(Path file) throws IOException {
        return files.lock(file);
    }

    private final class SlowFile implements OpenFile {
        private final OpenFile file;

        SlowFile(OpenFile file) {
            this.file = file;
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return file.read(into, position);
        }

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            file.write(bytes, position);
        }

        @Override
        public void sync() throws IOException {
            if (syncs(millis)) {
                file.sync();
            }
        }

        @Override
        public void syncData() throws IOException {
            if (syncs(millis)) {
                file.syncData();
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            file.truncate(size);
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
