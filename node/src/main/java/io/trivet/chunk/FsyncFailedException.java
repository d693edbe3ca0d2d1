package io.trivet.chunk;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The fsync of a directory failed: none of the names in it is known to be durable, and a later
 * fsync that succeeds proves nothing.
 */
final class FsyncFailedException extends IOException {
    private static final long serialVersionUID = 1;

    FsyncFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
