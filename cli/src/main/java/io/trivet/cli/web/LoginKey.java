package io.trivet.cli.web;

import io.trivet.file.AtomicFile;
import io.trivet.file.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The file with the key of a console's login links, for {@code trivet console --link} in another
 * terminal. It belongs to the user of this machine who runs the console, and is there as long as the
 * console runs.
 */
final class LoginKey {
    private LoginKey() {}

    private static Path directory(Path state) {
        return state.resolve("console");
    }

    private static Path file(Path state, int port) {
        return directory(state).resolve(port + ".key");
    }

    /** Replaces what a console that was killed left behind. */
    static void write(Path state, int port, byte[] key) throws IOException {
        PrivateFiles.makeDirectory(directory(state));
        AtomicFile.writePrivate(file(state, port), key);
    }

    /** Empty if no console runs there. Throws {@code DENIED} if others can read the file. */
    static Optional<byte[]> read(Path state, int port) throws IOException {
        Path file = file(state, port);
        try {
            PrivateFiles.requirePrivate(file);
            byte[] key = Files.readAllBytes(file);
            return key.length == LoginLinks.KEY_BYTES ? Optional.of(key) : Optional.empty();
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    static void delete(Path state, int port) throws IOException {
        Files.deleteIfExists(file(state, port));
    }
}
