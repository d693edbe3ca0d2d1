package io.trivet.chunk;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** This process cannot open more files. Says nothing about a disk. */
public final class SystemBusyException extends IOException {
    private static final long serialVersionUID = 1;

    public SystemBusyException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
