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
 * The newest entry that was committed and on stable storage here when it was last looked, in the
 * file {@code forced} beside the log. Up to it no power cut can have torn anything: what does not
 * verify there is rot. Behind it an entry may have been on its way to the disk.
 *
 * <p>It is written once a second and never waited for, so the log is usually ahead of it. It is
 * never ahead of the log: committed entries are not taken back.
 *
 * <p>The whole argument: {@code docs/decisions/0157-torn-within-a-batch.md}. One thread.
 */
final class ForcedMark {
    /** Where there is no mark, or a damaged one: any entry may have been forced. */
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
     * Of a log that is new, or was just read and mended. Without a mark it begins with one that
     * says nothing; durable on return.
     *
     * @param clock in nanoseconds, which never goes back
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

    /** What the mark in this directory says; {@link #UNKNOWN} where it says nothing that can be believed. */
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
     * All up to this entry is committed and on stable storage. What cannot be written now is
     * written later: a mark that is late says less, and nothing wrong.
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
