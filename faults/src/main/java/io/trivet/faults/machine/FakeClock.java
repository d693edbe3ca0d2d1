package io.trivet.faults.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;

/**
 * A wall clock for one process that can be made to jump while it runs, by libfaketime. Its
 * monotonic clock stays true, as it does when somebody sets a machine's clock.
 */
public final class FakeClock {
    private final Path library;
    private final Path file;

    /** {@code file} will hold what the clock is off by. */
    public FakeClock(Path library, Path file) throws IOException {
        this.library = library;
        this.file = file;
        jump(Duration.ZERO);
    }

    /** What the process is to be started with. */
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
                // Otherwise no wait in a Java process lasts.
                "FAKETIME_FORCE_MONOTONIC_FIX",
                "0");
    }

    /** From now on, within a second, the clock is off by so much. */
    public void jump(Duration by) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.writeString(next, String.format("%+d%n", by.toSeconds()));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
