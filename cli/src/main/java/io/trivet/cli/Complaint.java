package io.trivet.cli;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;

/** The one line that says what failed, which, and what to do. */
final class Complaint {
    private Complaint() {}

    static String about(Throwable failure) {
        return Wording.visible(
                switch (failure) {
                    case CommandFailure explained -> message(explained);
                    case WrongUsage explained -> message(explained);
                    case TrivetException refused -> refused.refusal().message() + advice(refused.kind());
                    case UncheckedIOException wrapped -> about(Objects.requireNonNull(wrapped.getCause()));
                    case InvalidPathException path ->
                        path.getInput() + ": not a name that this system can hold: " + path.getReason();
                    case IOException environment -> about(environment);
                    case OutOfMemoryError memory ->
                        "out of memory: give the program more, for example TRIVET_JAVA_OPTS=-Xmx512m";
                    default -> "this should not happen: " + failure + " (TRIVET_DEBUG=1 shows where)";
                });
    }

    /** The first line of a message. */
    static String line(Throwable failure) {
        return Wording.visible(message(failure).lines().findFirst().orElse(""));
    }

    private static String about(IOException failure) {
        return switch (failure) {
            case NoSuchFileException missing -> missing.getFile() + ": no such file or directory";
            case AccessDeniedException denied -> denied.getFile() + ": permission denied";
            case FileSystemException named
            when named.getFile() != null ->
                named.getFile() + ": " + (named.getReason() == null ? kind(named) : named.getReason());
            case BindException bind -> message(bind) + ": another program listens there: choose another port";
            default -> message(failure);
        };
    }

    /** What helps, where the refusal itself may not say it. */
    private static String advice(Refusal.Kind kind) {
        return switch (kind) {
            case OUTCOME_UNKNOWN -> " (look with `trivet stat` before you do it again)";
            case NO_QUORUM -> " (`trivet status` says which nodes are up)";
            default -> "";
        };
    }

    private static String message(Throwable failure) {
        return failure.getMessage() == null ? kind(failure) : failure.getMessage();
    }

    private static String kind(Throwable failure) {
        return failure.getClass().getSimpleName();
    }
}
