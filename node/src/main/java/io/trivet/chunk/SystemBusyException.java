package io.trivet.chunk;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** This process can open no more files: says nothing about any disk. */
public final class SystemBusyException extends IOException {
    private static final long serialVersionUID = 1;

    public SystemBusyException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
