package io.trivet.node.identity;

import io.trivet.file.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How often this node has changed its address, in the file {@code address-version}: of two
 * addresses that other nodes heard of, the one with the higher version counts.
 *
 * <p>If the file is damaged, the version is the time in seconds, and counts on from there: no node
 * has changed its address that often.
 */
public final class AddressVersion {
    private static final Logger LOG = LoggerFactory.getLogger(AddressVersion.class);
    private static final String FILE = "address-version";

    private AddressVersion() {}

    /**
     * The version, 0 if the address was never changed.
     *
     * @param now replaces a damaged version; that is durable on return if the disk can be written
     */
    public static long in(Path data, Instant now) throws IOException {
        Path file = data.resolve(FILE);
        if (!Files.exists(file)) {
            return 0;
        }
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        // A truncated number may read as another one.
        return text.matches("\\d{1,18}\\n") ? Long.parseLong(text.strip()) : instead(file, now.getEpochSecond());
    }

    private static long instead(Path file, long version) {
        LOG.error("damaged file={}: it goes on from version={}", file, version);
        try {
            write(file, version);
        } catch (IOException e) {
            LOG.warn("version of the address not kept file={} cause=\"{}\"", file, e.toString());
        }
        return version;
    }

    /**
     * Durable on return. Call it before the new address is stored, so that no two addresses have
     * the same version.
     */
    public static void raise(Path data, Instant now) throws IOException {
        write(data.resolve(FILE), in(data, now) + 1);
    }

    private static void write(Path file, long version) throws IOException {
        AtomicFile.write(file, version + "\n");
    }
}
