package io.trivet.quorum;

import java.io.IOException;

/**
 * The log is still open in this process, because the Raft member that used it has not ended yet.
 */
final class StillInUseException extends IOException {
    private static final long serialVersionUID = 1;

    StillInUseException(String message, Throwable cause) {
        super(message, cause);
    }
}
