package io.trivet.cli.text;

import io.trivet.model.ByteText;
import java.time.Duration;
import java.util.Locale;

/** Formats quantities and names for people. */
public final class Format {
    private Format() {}

    /**
     * {@code 0 bytes}, {@code 1 byte}, {@code 500 MiB}, {@code 1.5 GiB}: binary units, three
     * significant digits.
     */
    public static String bytes(long bytes) {
        return ByteText.of(bytes);
    }

    /**
     * {@code 7}; {@code 2.7} after a namespace was restored: the seventh layout after the restore
     * that began epoch 2. Numbers after a restore are larger than all before, so that a plan for an
     * earlier layout never matches.
     */
    public static String layout(long version) {
        long epoch = version >>> Integer.SIZE;
        return epoch == 0 ? Long.toString(version) : epoch + "." + (version & 0xffff_ffffL);
    }

    /** {@code 1.9 s}, {@code 2 min 5 s}, {@code 1 h 3 min}, {@code 24 h}. */
    public static String duration(Duration duration) {
        double seconds = duration.toMillis() / 1000.0;
        if (seconds < 0.095) {
            return String.format(Locale.ROOT, "%.2f s", seconds);
        }
        if (seconds < 59.95) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        long whole = Math.round(seconds);
        return whole < 3600
                ? units(whole / 60, " min", whole % 60, " s")
                : units(whole / 3600, " h", whole % 3600 / 60, " min");
    }

    /** {@code 2 min 5 s}, and {@code 24 h} if the smaller unit is zero. */
    private static String units(long large, String largeUnit, long small, String smallUnit) {
        return large + largeUnit + (small == 0 ? "" : " " + small + smallUnit);
    }

    /** {@code 263 MiB/s}; always in MiB, for comparison. */
    static String rate(long bytesPerSecond) {
        return rate((double) bytesPerSecond);
    }

    public static String rate(double bytesPerSecond) {
        return ByteText.digits(bytesPerSecond / (1 << 20)) + " MiB/s";
    }

    public static String rate(long bytes, Duration duration) {
        return rate(bytes / Math.max(duration.toNanos() / 1e9, 1e-3));
    }
}
