package io.trivet.mount;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.mount.fuse.Errno;
import io.trivet.mount.fuse.FuseException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Locale;

/** Which error number a program sees for a failure. */
final class Failures {
    private Failures() {}

    static Errno errno(Refusal.Kind kind) {
        return switch (kind) {
            case NO_SUCH_FILE -> Errno.ENOENT;
            case ALREADY_EXISTS, CONDITION_FAILED -> Errno.EEXIST;
            case IS_A_DIRECTORY -> Errno.EISDIR;
            case IS_A_LINK -> Errno.ELOOP;
            case NOT_A_DIRECTORY -> Errno.ENOTDIR;
            case QUOTA -> Errno.EDQUOT;
            case NOT_EMPTY -> Errno.ENOTEMPTY;
            case BAD_NAME, BAD_REQUEST, NO_SUCH_USER, NO_SUCH_GROUP -> Errno.EINVAL;
            case DENIED, FORBIDDEN, NOT_LOGGED_IN -> Errno.EACCES;
            case DISK_FULL -> Errno.ENOSPC;
            case BAD_TOKEN,
                    TOO_FEW_NODES,
                    NOT_LEADER,
                    NO_QUORUM,
                    OUTCOME_UNKNOWN,
                    SESSION_ENDED,
                    NOT_OPEN,
                    CHECK_AGAIN,
                    NO_SUCH_CHUNK,
                    DIFFERENT_CONTENT,
                    CORRUPT,
                    DISK_FAILED,
                    WRONG_NODE,
                    WRONG_CLUSTER,
                    WRONG_VERSION,
                    STALE,
                    BUSY,
                    UNREACHABLE,
                    UNTRUSTED,
                    SOURCE_CHANGED -> Errno.EIO;
        };
    }

    /** Also of failures of the spool's file system, which Java tells apart only by their words. */
    static Errno errno(Throwable failure) {
        return switch (failure) {
            case TrivetException refused -> errno(refused.kind());
            case FuseException answer -> answer.errno();
            case IOException io when isFull(io) -> Errno.ENOSPC;
            default -> Errno.EIO;
        };
    }

    private static boolean isFull(IOException failure) {
        String said = failure instanceof FileSystemException file ? file.getReason() : failure.getMessage();
        String words = String.valueOf(said).toLowerCase(Locale.ROOT);
        return words.contains("no space left") || words.contains("quota exceeded");
    }

    /** Whether nothing is there under the name. */
    static boolean isAbsent(TrivetException failure) {
        return failure.kind() == Refusal.Kind.NO_SUCH_FILE || failure.kind() == Refusal.Kind.NOT_A_DIRECTORY;
    }
}
