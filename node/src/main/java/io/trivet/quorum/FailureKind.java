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
 * What a failure of a master means: its log is wrong, the machine fails at the moment, or the
 * program has a bug.
 */
final class FailureKind {
    private FailureKind() {}

    /**
     * Whether an fsync failed: then lost writes may look as if they had been kept, even when read
     * again (rule 8).
     */
    static boolean isFailedForce(Throwable failure) {
        return any(
                failure,
                cause -> Arrays.stream(cause.getStackTrace())
                        .anyMatch(frame -> frame.getMethodName().equals("force")
                                && frame.getClassName().startsWith("sun.nio.ch.FileChannel")));
    }

    /**
     * Whether the machine failed, for example at a write to a full disk. Nothing that is not on
     * stable storage was acknowledged.
     */
    static boolean isOfMachine(Throwable failure) {
        return failure instanceof IOException
                || failure instanceof UncheckedIOException
                || failure instanceof OutOfMemoryError;
    }

    /**
     * Whether the log could not be opened now but may be sound: the disk is full, no file can be
     * opened, the state is in use.
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

    /** Whether RocksDB read something other than it wrote. */
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
