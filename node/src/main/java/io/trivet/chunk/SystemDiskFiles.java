package io.trivet.chunk;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@link DiskFiles} on the file system of the operating system. Buffers should be direct: heap
 * buffers are copied once more. Large pieces in page-aligned buffers bypass the page cache.
 */
public final class SystemDiskFiles implements DiskFiles {
    /** Chunks contain the users' bytes, so only the owner may access them, whatever the umask. */
    private static final FileAttribute<?>[] OWNER_ALONE =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                    ? new FileAttribute<?>[] {
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                    }
                    : new FileAttribute<?>[0];

    private static final DirectIo PAST_PAGE_CACHE = new DirectIo();

    /** Every Linux process can open it, unless it is out of file descriptors. */
    private static final Path ALWAYS_THERE = Path.of("/dev/null");

    /**
     * If fewer bytes are free, a failed write counts as lack of space, because the message depends
     * on the system's language.
     */
    private static final long NEXT_TO_NOTHING = 1 << 20;

    @Override
    public OpenFile create(Path file) throws IOException {
        try {
            return new LocalFile(file, opened(file, CREATE_NEW, READ, WRITE));
        } catch (IOException e) {
            throw unwritable(file, 0, e);
        }
    }

    @Override
    public OpenFile open(Path file) throws IOException {
        return new LocalFile(file, opened(file, READ));
    }

    @Override
    public OpenFile update(Path file) throws IOException {
        try {
            return new LocalFile(file, opened(file, READ, WRITE));
        } catch (IOException e) {
            throw unwritable(file, 0, e);
        }
    }

    @Override
    public OpenFile openPastCache(Path file) throws IOException {
        Optional<DirectReadFile> uncached = DirectReadFile.open(file, PAST_PAGE_CACHE);
        return uncached.isPresent() ? uncached.get() : open(file);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw unwritable(to, 0, e);
        }
    }

    @Override
    public void delete(Path path) throws IOException {
        try {
            Files.delete(path);
        } catch (IOException e) {
            throw unwritable(path, 0, e);
        }
    }

    @Override
    public void makeDirectory(Path directory) throws IOException {
        try {
            Files.createDirectory(directory, OWNER_ALONE);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory)) {
                throw e;
            }
        } catch (IOException e) {
            throw unwritable(directory, 0, e);
        }
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = opened(directory, READ)) {
            channel.force(true);
        } catch (IOException e) {
            throw naming(directory, "fsync", e);
        }
    }

    @Override
    public boolean exists(Path path) {
        return Files.exists(path);
    }

    @Override
    public long size(Path file) throws IOException {
        return Files.size(file);
    }

    @Override
    public void list(Path directory, Visitor visitor) throws IOException {
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(directory)) {
            for (Path path : paths) {
                visitor.visit(path);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    /** One statvfs; {@link Files#getFileStore} would read the mount table first. */
    @Override
    public long freeBytes(Path directory) {
        return directory.toFile().getUsableSpace();
    }

    /** The device number if the system tells it: other mounts of the same device have the same. */
    @Override
    public Object fileSystem(Path directory) throws IOException {
        try {
            return Files.getAttribute(directory, "unix:dev");
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            return Files.getFileStore(directory);
        }
    }

    @Override
    public Optional<Closeable> lock(Path file) throws IOException {
        FileChannel channel = opened(file, CREATE, WRITE);
        try {
            if (channel.tryLock() != null) {
                return Optional.of(channel);
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            return Optional.empty();
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        return Optional.empty();
    }

    /**
     * Opens a path. Distinguishes a process without free file descriptors from a disk that fails.
     */
    private static FileChannel opened(Path path, OpenOption... options) throws IOException {
        try {
            return FileChannel.open(path, options);
        } catch (NoSuchFileException | FileAlreadyExistsException e) {
            throw e;
        } catch (IOException e) {
            throw processCanOpenFiles() ? e : new SystemBusyException(path + ": no more files can be opened", e);
        }
    }

    private static boolean processCanOpenFiles() {
        try {
            FileChannel.open(ALWAYS_THERE, READ).close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Distinguishes a full or read-only disk from one that fails. */
    private static IOException unwritable(Path path, long bytes, IOException e) {
        if (e instanceof NoSuchFileException
                || e instanceof FileAlreadyExistsException
                || e instanceof DirectoryNotEmptyException
                || e instanceof ClosedChannelException
                || e instanceof SystemBusyException) {
            return e;
        }
        String message = String.valueOf(e.getMessage());
        if (e instanceof AccessDeniedException
                || message.contains("Read-only file system")
                || message.contains("Operation not permitted")
                || isMountedReadOnly(path)) {
            return new ReadOnlyException(message, e);
        }
        boolean full = message.contains("No space left") || message.contains("quota exceeded");
        Path parent = path.getParent();
        if (full
                || (parent != null
                        && parent.toFile().getUsableSpace() < bytes + NEXT_TO_NOTHING
                        && isReachable(parent))) {
            return new NoSpaceException(path + ": no space left on this disk", e);
        }
        return e;
    }

    /** Independent of the language of the system's messages. */
    private static boolean isMountedReadOnly(Path path) {
        Path parent = path.getParent();
        try {
            return parent != null && Files.getFileStore(parent).isReadOnly();
        } catch (IOException _) {
            return false;
        }
    }

    /** A disk that is gone also has no usable space. */
    private static boolean isReachable(Path directory) {
        return directory.toFile().getTotalSpace() > 0;
    }

    private static IOException naming(Path path, String what, IOException e) {
        return e instanceof NoSuchFileException
                        || e instanceof SystemBusyException
                        || e instanceof ClosedChannelException
                ? e
                : new IOException(path + ": " + what + " failed: " + e.getMessage(), e);
    }

    private static final class LocalFile implements OpenFile {
        private final Path path;
        private final FileChannel channel;
        private @Nullable FileChannel direct;
        private boolean directAsked;

        LocalFile(Path path, FileChannel channel) {
            this.path = path;
            this.channel = channel;
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            try {
                return channel.read(into, position);
            } catch (IOException e) {
                throw naming(path, "reading at byte " + position, e);
            }
        }

        /**
         * Direct and cached writes never share a page: the direct part ends at a multiple of its
         * unit.
         */
        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            int limit = bytes.limit();
            int directly = DirectIo.directBytes(bytes, position);
            FileChannel past = directly == 0 ? null : direct();
            if (past != null) {
                write(past, bytes.limit(bytes.position() + directly), position);
                bytes.limit(limit);
            }
            write(channel, bytes, position + (past == null ? 0 : directly));
        }

        private void write(FileChannel through, ByteBuffer bytes, long position) throws IOException {
            long at = position;
            try {
                while (bytes.hasRemaining()) {
                    at += through.write(bytes, at);
                }
            } catch (IOException e) {
                throw unwritable(path, bytes.remaining(), naming(path, "writing at byte " + at, e));
            }
        }

        private @Nullable FileChannel direct() throws IOException {
            if (!directAsked) {
                directAsked = true;
                direct = PAST_PAGE_CACHE.open(path, WRITE).orElse(null);
            }
            return direct;
        }

        /**
         * One fsync covers both ways: it makes the file durable and flushes the disk's own cache.
         */
        @Override
        public void sync() throws IOException {
            sync(true);
        }

        /** One fdatasync. */
        @Override
        public void syncData() throws IOException {
            sync(false);
        }

        private void sync(boolean metadata) throws IOException {
            try {
                channel.force(metadata);
            } catch (IOException e) {
                throw unwritable(path, 0, naming(path, "fsync", e));
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            try {
                channel.truncate(size);
            } catch (IOException e) {
                throw unwritable(path, 0, naming(path, "cutting to " + size + " bytes", e));
            }
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void close() throws IOException {
            try (FileChannel _ = direct) {
                channel.close();
            }
        }
    }
}
