package io.trivet.faults.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;

/**
 * A wall clock for one process that can be moved while it runs, by libfaketime. The monotonic clock
 * stays true, as when a machine's clock is set.
 */
public final class FakeClock {
    private final Path library;
    private final Path file;

    /** {@code file} will hold the offset of the clock. */
    public FakeClock(Path library, Path file) throws IOException {
        this.library = library;
        this.file = file;
        jump(Duration.ZERO);
    }

    /** The environment for the process. */
    public Map<String, String> environment() {
        return Map.of(
                "LD_PRELOAD",
                library.toString(),
                "FAKETIME_TIMESTAMP_FILE",
                file.toString(),
                "FAKETIME_CACHE_DURATION",
                "1",
                "FAKETIME_DONT_FAKE_MONOTONIC",
                "1",
                // Otherwise waits in a Java process return at once.
                "FAKETIME_FORCE_MONOTONIC_FIX",
                "0");
    }

    /** Sets the offset of the clock, effective within a second. */
    public void jump(Duration by) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.writeString(next, String.format("%+d%n", by.toSeconds()));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
