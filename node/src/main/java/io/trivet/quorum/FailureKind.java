package io.trivet.quorum;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
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

    /** How the machine says that there was no room for a write, at the end of a message. */
    private static final List<String> NO_ROOM = List.of("No space left on device", "Disk quota exceeded");

    /**
     * Whether an fsync failed: then lost writes may look as if they had been kept, even when read
     * again (rule 8).
     */
    static boolean isFailedForce(Throwable failure) {
        return any(failure, FailureKind::isThrownByForce);
    }

    /**
     * What a failed fsync said, if it failed only because there was no room, as thin volumes and
     * network file systems do; empty if one failed otherwise. What it should have kept was not
     * acknowledged, and can be verified and written again.
     */
    static Optional<String> forceWithoutRoom(Throwable failure) {
        List<String> texts = causes(failure)
                .filter(FailureKind::isThrownByForce)
                .map(FailureKind::text)
                .toList();
        return texts.stream().allMatch(FailureKind::saysNoRoom) ? texts.stream().findFirst() : Optional.empty();
    }

    static boolean saysNoRoom(String text) {
        return NO_ROOM.stream().anyMatch(text::endsWith);
    }

    /** A file that was closed before has forced nothing, and lost nothing by that. */
    private static boolean isThrownByForce(Throwable cause) {
        boolean forced = !(cause instanceof ClosedChannelException) || cause instanceof AsynchronousCloseException;
        return forced
                && Arrays.stream(cause.getStackTrace())
                        .anyMatch(frame -> frame.getMethodName().equals("force")
                                && frame.getClassName().startsWith("sun.nio.ch.FileChannel"));
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
        return causes(failure).anyMatch(wanted);
    }

    private static Stream<Throwable> causes(Throwable failure) {
        Stream.Builder<Throwable> causes = Stream.builder();
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            causes.add(cause);
        }
        return causes.build();
    }

    static String text(Throwable cause) {
        return Objects.toString(cause.getMessage(), cause.toString());
    }
}
