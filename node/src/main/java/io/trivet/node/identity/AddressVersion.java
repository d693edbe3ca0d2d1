package io.trivet.node.identity;

import io.trivet.file.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How often this node has changed its address, in the file {@code address-version}: of two
 * addresses that other nodes heard of, the one with the higher version counts.
 */
public final class AddressVersion {
    private static final String FILE = "address-version";

    private AddressVersion() {}

    public static long in(Path data) throws IOException {
        Path file = data.resolve(FILE);
        try {
            return Files.exists(file) ? Long.parseLong(Files.readString(file).strip()) : 0;
        } catch (NumberFormatException e) {
            throw new IOException(file + ": it holds no number", e);
        }
    }

    /**
     * Durable on return. Call it before the new address is stored, so that no two addresses have
     * the same version.
     */
    public static void raise(Path data) throws IOException {
        AtomicFile.write(data.resolve(FILE), (in(data) + 1) + "\n");
    }
}
