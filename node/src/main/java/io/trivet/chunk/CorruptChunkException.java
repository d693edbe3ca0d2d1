package io.trivet.chunk;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file does not hold what it should: it was cut short, changed, or is not what its name says.
 * Never guessed around: the replica goes to quarantine.
 */
public final class CorruptChunkException extends IOException {
    private static final long serialVersionUID = 1;

    public CorruptChunkException(Path file, long offset, String expected, String found) {
        super(file + " at byte " + offset + ": expected " + expected + ", found " + found);
    }
}
