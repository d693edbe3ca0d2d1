package io.trivet.chunk;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The disk, or the part of it that may be used, is full. */
public final class NoSpaceException extends IOException {
    private static final long serialVersionUID = 1;

    public NoSpaceException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
