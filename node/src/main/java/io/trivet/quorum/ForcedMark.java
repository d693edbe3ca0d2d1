package io.trivet.quorum;

import io.trivet.file.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest entry that was known to be committed and on stable storage here, in the file {@code
 * forced} beside the log. Up to it no power failure can have torn anything, so what does not verify
 * there is damage. An entry behind it may have been on its way to the disk.
 *
 * <p>It is written once a second, and nothing waits for it, so the log is usually ahead of it. It
 * is never ahead of the log: committed entries are not taken back.
 *
 * <p>The whole argument is in {@code docs/decisions/0157-torn-within-a-batch.md}. One thread.
 */
final class ForcedMark {
    /** The value without a mark, or with a damaged one: any entry may have been forced. */
    static final long UNKNOWN = Long.MAX_VALUE;

    private static final Logger LOG = LoggerFactory.getLogger(ForcedMark.class);
    private static final String FILE = "forced";
    private static final long NOTHING = -1;
    private static final Duration WRITE_EVERY = Duration.ofSeconds(1);

    private final Path file;
    private final LongSupplier clock;
    private long written;
    private long triedNanos;

    /**
     * For a log that is new or has just been read and repaired. Writes a first mark without an
     * entry if there is none; it is durable on return.
     *
     * @param clock in nanoseconds, never goes back
     */
    ForcedMark(Path directory, LongSupplier clock) throws IOException {
        this.file = directory.resolve(FILE);
        this.clock = clock;
        this.written = read(directory);
        this.triedNanos = clock.getAsLong();
        if (written == UNKNOWN) {
            write(NOTHING);
        }
    }

    /** The mark in this directory; {@link #UNKNOWN} if it is missing or damaged. */
    static long read(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            return UNKNOWN;
        }
        try {
            Map<String, String> lines = KeyedLines.read(file);
            long entry = Long.parseLong(KeyedLines.value(lines, "entry"));
            if (KeyedLines.value(lines, "checksum").equals(checksum(entry))) {
                return entry;
            }
        } catch (IllegalArgumentException e) {
            LOG.warn("damaged file={} cause=\"{}\": it is made anew", file, e.toString());
        }
        return UNKNOWN;
    }

    /**
     * Everything up to this entry is committed and on stable storage. If the mark cannot be written
     * now it is written later: an old mark says less, but nothing wrong.
     */
    void reached(long entry) {
        long now = clock.getAsLong();
        if (entry <= written || now - triedNanos < WRITE_EVERY.toNanos()) {
            return;
        }
        triedNanos = now;
        try {
            write(entry);
        } catch (IOException e) {
            LOG.warn("not written file={} cause=\"{}\"", file, e.toString());
        }
    }

    private void write(long entry) throws IOException {
        String text = "# No power cut can have torn the log up to this entry. Written by Trivet; do not edit.\n"
                + "entry " + entry + "\nchecksum " + checksum(entry) + "\n";
        AtomicFile.write(file, text.getBytes(StandardCharsets.UTF_8));
        written = entry;
    }

    private static String checksum(long entry) {
        CRC32C checksum = new CRC32C();
        checksum.update(Long.toString(entry).getBytes(StandardCharsets.US_ASCII));
        return Long.toHexString(checksum.getValue());
    }
}
