package io.trivet.chunk;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The disk can be read but not changed: it is mounted read-only or immutable, or a permission is
 * missing.
 */
public final class ReadOnlyException extends IOException {
    private static final long serialVersionUID = 1;

    public ReadOnlyException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
