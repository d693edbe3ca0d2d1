package io.trivet.wire.credentials;

import java.io.IOException;

/**
 * The two ends of a connection do not trust each other, or use different protection. The message is
 * a sentence about the peer.
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
