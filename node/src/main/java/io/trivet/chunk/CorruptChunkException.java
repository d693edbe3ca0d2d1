package io.trivet.chunk;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file does not hold what it should: it was cut short or changed, or its content does not match
 * its name. The replica goes to quarantine; its content is never guessed.
 */
public final class CorruptChunkException extends IOException {
    private static final long serialVersionUID = 1;

    public CorruptChunkException(Path file, long offset, String expected, String found) {
        super(file + " at byte " + offset + ": expected " + expected + ", found " + found);
    }
}
