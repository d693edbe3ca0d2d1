package io.trivet.cli.text;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses and formats times and sizes: a number and its unit, with or without a blank between them.
 */
public final class Units {
    private static final Pattern WRITTEN = Pattern.compile("(\\d{1,15}) ?([A-Za-z]*)");
    private static final Map<String, Long> TIMES = new LinkedHashMap<>();
    private static final Map<String, Long> SIZES = new LinkedHashMap<>();

    static {
        TIMES.put("d", 86_400L);
        TIMES.put("h", 3_600L);
        TIMES.put("min", 60L);
        TIMES.put("s", 1L);
        SIZES.put("TiB", 1L << 40);
        SIZES.put("GiB", 1L << 30);
        SIZES.put("MiB", 1L << 20);
        SIZES.put("KiB", 1L << 10);
    }

    private Units() {}

    /**
     * Parses {@code 30s}, {@code 10min}, {@code 1h}, {@code 30d}; throws {@link
     * IllegalArgumentException} with the expected form.
     */
    public static Duration time(String text) {
        return Duration.ofSeconds(read(text, TIMES, Text.of("a time is written like 30s, 10min, 1h or 30d")));
    }

    /**
     * Parses {@code 50MiB}, {@code 1GiB} and so on, or a number of bytes; throws {@link
     * IllegalArgumentException} with the expected form.
     */
    public static long bytes(String text) {
        Text mistake = Text.of("a size is written like 64KiB, 50MiB, 1GiB, or as a number of bytes");
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : read(text, SIZES, mistake);
    }

    private static long read(String text, Map<String, Long> units, Text mistake) {
        Matcher written = WRITTEN.matcher(text);
        Long unit = written.matches() ? units.get(written.group(2)) : null;
        if (unit == null) {
            throw new WrongValue(Text.of("{0}, not {1}", mistake, text.isEmpty() ? Text.of("empty") : text));
        }
        try {
            return Math.multiplyExact(Long.parseLong(written.group(1)), unit);
        } catch (ArithmeticException e) {
            throw new WrongValue(Text.of("{0}; {1} is beyond all bounds", mistake, text));
        }
    }

    /** The reverse of {@link #time}, in the largest unit that is exact. Whole seconds. */
    public static String text(Duration time) {
        long seconds = time.toSeconds();
        for (Map.Entry<String, Long> unit : TIMES.entrySet()) {
            if (seconds > 0 && seconds % unit.getValue() == 0) {
                return String.format(Locale.ROOT, "%d%s", seconds / unit.getValue(), unit.getKey());
            }
        }
        return seconds + "s";
    }
}
