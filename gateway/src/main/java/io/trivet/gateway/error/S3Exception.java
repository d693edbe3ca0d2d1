package io.trivet.gateway.error;

import org.jspecify.annotations.Nullable;

/** An expected failure of a request: what the client is told. */
public final class S3Exception extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final S3Error error;

    /** {@code message} is one sentence for a person. */
    public S3Exception(S3Error error, String message) {
        this(error, message, null);
    }

    public S3Exception(S3Error error, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.error = error;
    }

    public S3Error error() {
        return error;
    }

    /** What it says; never null. */
    public String sentence() {
        String message = getMessage();
        return message == null ? error.code() : message;
    }
}
