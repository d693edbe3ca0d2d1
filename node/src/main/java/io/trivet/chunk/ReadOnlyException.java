package io.trivet.chunk;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What is on the disk can be read, but nothing there may be changed now: mounted read-only, made
 * immutable, or without the permission.
 */
public final class ReadOnlyException extends IOException {
    private static final long serialVersionUID = 1;

    public ReadOnlyException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
