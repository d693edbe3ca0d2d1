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
 * <p>A record has nanoseconds; one that an earlier release made has milliseconds. A local file gets
 * what its file system keeps: nanoseconds, or no more than every second one, whole seconds before
 * 1970, and nothing before {@link #EARLIEST} or after {@link #LATEST}: Java counts in 64 bits of
 * nanoseconds, and sets 1970 in place of a fraction before it.
 */
public final class FileTimes {
    private static final long NANOS_OF_SECOND = 1_000_000_000;
    private static final long NANOS_OF_MS = 1_000_000;
    private static final long SECONDS = Long.MAX_VALUE / NANOS_OF_SECOND;

    /** Of FAT. */
    private static final Duration COARSEST = Duration.ofSeconds(2);

    /** In September 1677. */
    static final Instant EARLIEST = Instant.ofEpochSecond(-SECONDS);

    /** In April 2262. */
    static final Instant LATEST = Instant.ofEpochSecond(SECONDS);

    private FileTimes() {}

    /** What a local file has after it was given this time, on a file system that keeps nanoseconds. */
    static Instant settable(Instant time) {
        if (time.isBefore(EARLIEST)) {
            return EARLIEST;
        }
        if (time.isAfter(LATEST)) {
            return LATEST;
        }
        return time.getEpochSecond() < 0 ? time.truncatedTo(ChronoUnit.SECONDS) : time;
    }

    /**
     * Orders the time of a local file and one of the cluster by what is left of them when they have
     * been in both: by milliseconds where an earlier release has kept no more, and by what the file
     * system of {@code file} keeps.
     */
    public static int compare(Path file, Instant local, Instant recorded) {
        long grain = nanosOfSecond(recorded) % NANOS_OF_MS == 0 ? NANOS_OF_MS : 1;
        int order = compare(local, recorded, grain);
        boolean near = Duration.between(local, recorded).abs().compareTo(COARSEST) < 0;
        return order == 0 || !near ? order : compare(local, recorded, Math.max(grain, grainNanos(file)));
    }

    /** Of two times in steps of so many nanoseconds. */
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

    /** By its name, as no file system says it. */
    private static long grainNanos(Path file) {
        try {
            return grainNanos(Files.getFileStore(file).type());
        } catch (IOException _) {
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
