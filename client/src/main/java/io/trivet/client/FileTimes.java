package io.trivet.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * Times of modification, as the cluster keeps them and as Java can set them on a local file.
 *
 * <p>A record has nanoseconds, or milliseconds if an earlier release made it. A local file has the
 * precision of its file system, at best nanoseconds. Java can set only times between {@link
 * #EARLIEST} and {@link #LATEST}, because it counts nanoseconds in 64 bits, and only whole seconds
 * before 1970, because it turns a fraction before 1970 into 1970.
 */
public final class FileTimes {
    private static final long NANOS_OF_SECOND = 1_000_000_000;
    private static final long NANOS_OF_MS = 1_000_000;
    private static final long SECONDS = Long.MAX_VALUE / NANOS_OF_SECOND;

    /** The precision of FAT. */
    private static final Duration COARSEST = Duration.ofSeconds(2);

    /** In September 1677. */
    static final Instant EARLIEST = Instant.ofEpochSecond(-SECONDS);

    /** In April 2262. */
    static final Instant LATEST = Instant.ofEpochSecond(SECONDS);

    private FileTimes() {}

    /**
     * The time that a local file has after this time was set, on a file system that keeps
     * nanoseconds.
     */
    public static Instant settable(Instant time) {
        if (time.isBefore(EARLIEST)) {
            return EARLIEST;
        }
        if (time.isAfter(LATEST)) {
            return LATEST;
        }
        return time.getEpochSecond() < 0 ? time.truncatedTo(ChronoUnit.SECONDS) : time;
    }

    /**
     * Compares the time of a local file with a recorded one, at the coarser precision of the two:
     * milliseconds if an earlier release may have made the record, and the precision of the file
     * system of {@code file}.
     */
    public static int compare(Path file, Instant local, Instant recorded) {
        long grain = nanosOfSecond(recorded) % NANOS_OF_MS == 0 ? NANOS_OF_MS : 1;
        int order = compare(local, recorded, grain);
        boolean near = Duration.between(local, recorded).abs().compareTo(COARSEST) < 0;
        return order == 0 || !near ? order : compare(local, recorded, Math.max(grain, grainNanos(file)));
    }

    /** Compares two times in units of {@code grainNanos}. */
    static int compare(Instant one, Instant other, long grainNanos) {
        return floor(settable(one), grainNanos).compareTo(floor(settable(other), grainNanos));
    }

    private static Instant floor(Instant time, long grainNanos) {
        if (grainNanos <= NANOS_OF_SECOND) {
            return time.minusNanos(nanosOfSecond(time) % grainNanos);
        }
        return Instant.ofEpochSecond(
                time.getEpochSecond() - Math.floorMod(time.getEpochSecond(), grainNanos / NANOS_OF_SECOND));
    }

    private static long nanosOfSecond(Instant time) {
        return time.getLong(ChronoField.NANO_OF_SECOND);
    }

    /** By the file system's name, because no file system reports its precision. */
    private static long grainNanos(Path file) {
        try {
            return grainNanos(Files.getFileStore(file).type());
        } catch (IOException ignored) {
            return 1;
        }
    }

    static long grainNanos(String fileSystem) {
        return switch (fileSystem.toLowerCase(Locale.ROOT)) {
            case "vfat", "msdos", "fat", "fat32" -> COARSEST.toNanos();
            case "exfat" -> 10 * NANOS_OF_MS;
            case "ext2", "ext3", "hfs", "hfsplus", "iso9660", "minix", "reiserfs" -> NANOS_OF_SECOND;
            case "udf", "udf2" -> 1000;
            default -> 1;
        };
    }
}
