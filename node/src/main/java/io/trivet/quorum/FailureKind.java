package io.trivet.quorum;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/**
 * What a failure says about a master: whether its log is wrong, the machine does not serve it now,
 * or the program is.
 */
final class FailureKind {
    private FailureKind() {}

    /**
     * A forced write that failed: what was written may look as if it had been kept, also when it is
     * read again (rule 8).
     */
    static boolean isFailedForce(Throwable failure) {
        return any(
                failure,
                cause -> Arrays.stream(cause.getStackTrace())
                        .anyMatch(frame -> frame.getMethodName().equals("force")
                                && frame.getClassName().startsWith("sun.nio.ch.FileChannel")));
    }

    /**
     * The machine did not do what it was asked to, such as a write to a full disk. Nothing was
     * acknowledged that is not on stable storage.
     */
    static boolean isOfMachine(Throwable failure) {
        return failure instanceof IOException
                || failure instanceof UncheckedIOException
                || failure instanceof OutOfMemoryError;
    }

    /**
     * A log that could not be opened now, and may be as good as ever: the disk is full, no file can
     * be opened, the state is in use.
     */
    static boolean mayPass(Throwable failure) {
        return any(
                failure,
                cause -> (cause instanceof RocksDBException && !isDamage(cause))
                        || cause instanceof StillInUseException
                        || cause instanceof OutOfMemoryError
                        || cause instanceof UnsatisfiedLinkError
                        || (cause instanceof FileSystemException && !(cause instanceof NoSuchFileException))
                        || isShortage(text(cause)));
    }

    /** What RocksDB read is not what it wrote. */
    static boolean isDamage(Throwable failure) {
        return any(
                failure,
                cause -> cause instanceof RocksDBException rocks
                        && rocks.getStatus() != null
                        && rocks.getStatus().getCode() == Status.Code.Corruption);
    }

    private static boolean isShortage(String text) {
        return Stream.of("No space left", "uota exceeded", "Too many open files")
                .anyMatch(text::contains);
    }

    private static boolean any(Throwable failure, Predicate<Throwable> wanted) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (wanted.test(cause)) {
                return true;
            }
        }
        return false;
    }

    static String text(Throwable cause) {
        return Objects.toString(cause.getMessage(), cause.toString());
    }
}
