package io.trivet.quorum;

import io.trivet.file.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which run of which log this is, in the file {@code incarnation} beside the log. The number of
 * starts only rises, and is on stable storage before another master is told. So a master that
 * reports a number that others know already was restored from an older copy or runs twice.
 *
 * <p>One thread changes it; any thread may read it.
 */
final class Incarnation {
    private static final Logger LOG = LoggerFactory.getLogger(Incarnation.class);
    private static final String FILE = "incarnation";

    /** The id of a log from a release without incarnations. */
    private static final UUID UNNAMED = new UUID(0, 0);

    private final Path file;
    private volatile Life life;
    private volatile boolean older;

    /**
     * What other masters are told.
     *
     * @param log made with the log: another log of the same node has another id
     * @param starts how often this log was started, including the first time
     * @param run the id of this process
     */
    record Life(UUID log, long starts, UUID run) {
        static final int BYTES = 40;

        void put(ByteBuffer buffer) {
            buffer.putLong(log.getMostSignificantBits()).putLong(log.getLeastSignificantBits());
            buffer.putLong(starts);
            buffer.putLong(run.getMostSignificantBits()).putLong(run.getLeastSignificantBits());
        }

        static Life from(ByteBuffer buffer) {
            UUID log = new UUID(buffer.getLong(), buffer.getLong());
            long starts = buffer.getLong();
            return new Life(log, starts, new UUID(buffer.getLong(), buffer.getLong()));
        }
    }

    private Incarnation(Path file, Life life, boolean older) throws IOException {
        this.file = file;
        this.life = life;
        this.older = older;
        write();
    }

    /** For a new log. Durable on return. */
    static Incarnation first(Path directory) throws IOException {
        return new Incarnation(directory.resolve(FILE), new Life(UUID.randomUUID(), 1, UUID.randomUUID()), false);
    }

    /**
     * For another start of an existing log. Durable on return. A log that was found older does not
     * count its starts: it must be found older again.
     */
    static Incarnation next(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            return new Incarnation(file, new Life(UNNAMED, 1, UUID.randomUUID()), false);
        }
        try {
            Map<String, String> lines = KeyedLines.read(file);
            boolean older = isTrue(KeyedLines.value(lines, "older"));
            long starts = Long.parseLong(KeyedLines.value(lines, "starts"));
            UUID log = UUID.fromString(KeyedLines.value(lines, "log"));
            return new Incarnation(file, new Life(log, older ? starts : starts + 1, UUID.randomUUID()), older);
        } catch (IllegalArgumentException e) {
            LOG.error(
                    "damaged file={} cause=\"{}\": this master does not vote until it has caught up with the others",
                    file,
                    e.getMessage());
            return forgotten(directory);
        }
    }

    /** For a log that has forgotten its vote: it counts as older. Durable on return. */
    static Incarnation forgotten(Path directory) throws IOException {
        return new Incarnation(directory.resolve(FILE), new Life(UUID.randomUUID(), 1, UUID.randomUUID()), true);
    }

    /** Refuses a truncated word. */
    private static boolean isTrue(String word) {
        return switch (word) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("neither true nor false: " + word);
        };
    }

    Life life() {
        return life;
    }

    /** Whether this log was found older than what others know of it, and has not caught up yet. */
    boolean isOlder() {
        return older;
    }

    /** Durable on return. */
    void foundOlder() throws IOException {
        older = true;
        write();
    }

    /**
     * The log has everything that it may have acknowledged: from now on this log is the one that
     * counts. Durable on return.
     */
    void caughtUp(long startsKnown) throws IOException {
        Life next = new Life(life.log, Math.max(life.starts, startsKnown) + 1, life.run);
        older = false;
        life = next;
        write();
    }

    private void write() throws IOException {
        String text = "# Which run of this log this is. Written by Trivet; do not edit.\n" + "log " + life.log
                + "\nstarts " + life.starts + "\nolder " + older + "\n";
        AtomicFile.write(file, text.getBytes(StandardCharsets.UTF_8));
    }
}
