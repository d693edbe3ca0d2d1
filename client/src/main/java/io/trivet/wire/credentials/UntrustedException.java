package io.trivet.wire.credentials;

import java.io.IOException;

/**
 * The two ends of a connection do not believe each other, or do not protect it in the same way. The
 * message is a sentence about the other end.
 */
public final class UntrustedException extends IOException {
    private static final long serialVersionUID = 1;

    public UntrustedException(String message, Throwable cause) {
        super(message, cause);
    }

    public UntrustedException(String message) {
        super(message);
    }
}
