package io.trivet.node.identity;

import io.trivet.file.FileSync;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The directory of a master's log and state. An existing one is put aside, never overwritten (rule
 * 8).
 */
public final class SeatDirectory {
    private SeatDirectory() {}

    public static Path of(Path data) {
        return data.resolve("quorum");
    }

    /**
     * Moves it to the first free name {@code quorum.aside-N}; does nothing if there is none.
     * Durable on return.
     */
    public static void putAside(Path data) throws IOException {
        Path present = of(data);
        if (!Files.exists(present)) {
            return;
        }
        int number = 1;
        while (Files.exists(data.resolve("quorum.aside-" + number))) {
            number++;
        }
        move(present, data.resolve("quorum.aside-" + number));
    }

    /** Renames a directory. Durable on return. */
    public static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        FileSync.forceName(to);
    }
}
