package io.trivet.chunk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Opens files for direct I/O of large pieces. A chunk is written once, fsynced at once and read
 * much later or on another node, so a copy in the page cache would cost a pass through memory and
 * evict what is read often. Direct writes also spread the work of the disk over the transfer, where
 * an fsync would do all of it at the end.
 *
 * <p>If a file system does not support it, I/O goes through the page cache. Any thread.
 */
final class DirectIo {
    /**
     * Smaller pieces are not worth a second file descriptor, and are likely to be read again soon.
     */
    private static final int FROM_BYTES = 512 << 10;

    /**
     * Position, length and address of a piece are multiples of this: at least the unit of every
     * supported disk and file system.
     */
    static final int UNIT = 4096;

    /**
     * Looked up by name: the constant is in a module that some Java runtimes lack, and the compiler
     * warns of it.
     */
    static final Optional<OpenOption> DIRECT = option("com.sun.nio.file.ExtendedOpenOption", "DIRECT");

    private final Map<Path, Boolean> capable = new ConcurrentHashMap<>();

    /**
     * How many bytes from the buffer's start may be written directly at {@code position}: 0 or a
     * multiple of {@link #UNIT}.
     */
    static int directBytes(ByteBuffer bytes, long position) {
        boolean aligned = bytes.isDirect()
                && position % UNIT == 0
                && bytes.remaining() >= FROM_BYTES
                && bytes.alignmentOffset(bytes.position(), UNIT) == 0;
        return aligned ? bytes.remaining() - bytes.remaining() % UNIT : 0;
    }

    /**
     * Opens a file a second time for direct I/O; empty if its file system does not support that.
     */
    Optional<FileChannel> open(Path file, OpenOption how) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (DIRECT.isEmpty() || !capable.computeIfAbsent(directory, DirectIo::hasUnit)) {
            return Optional.empty();
        }
        try {
            return Optional.of(FileChannel.open(file, how, DIRECT.get()));
        } catch (UnsupportedOperationException e) {
            capable.put(directory, false);
            return Optional.empty();
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains("Invalid argument")) {
                throw e;
            }
            capable.put(directory, false);
            return Optional.empty();
        }
    }

    private static Optional<OpenOption> option(String type, String name) {
        try {
            return Stream.of(Objects.requireNonNull(Class.forName(type).getEnumConstants()))
                    .filter(constant -> constant.toString().equals(name))
                    .map(OpenOption.class::cast)
                    .findFirst();
        } catch (ClassNotFoundException _) {
            return Optional.empty();
        }
    }

    private static boolean hasUnit(Path directory) {
        try {
            long unit = Files.getFileStore(directory).getBlockSize();
            return unit > 0 && UNIT % unit == 0;
        } catch (IOException | UnsupportedOperationException _) {
            return false;
        }
    }
}
