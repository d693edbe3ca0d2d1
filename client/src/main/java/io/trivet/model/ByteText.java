package io.trivet.model;

import java.util.List;
import java.util.Locale;

/** A number of bytes for people. */
public final class ByteText {
    private static final List<String> UNITS = List.of("KiB", "MiB", "GiB", "TiB", "PiB", "EiB");

    private ByteText() {}

    /**
     * {@code 0 bytes}, {@code 1 byte}, {@code 500 MiB}, {@code 1.5 GiB}: binary units, three
     * significant digits.
     */
    public static String of(long bytes) {
        if (bytes < 1024) {
            return exact(bytes);
        }
        double value = bytes;
        int unit = -1;
        while (value >= 1023.5 && unit < UNITS.size() - 1) {
            value /= 1024;
            unit++;
        }
        return digits(value) + " " + UNITS.get(unit);
    }

    /** The same, but exactly if the units would hide the difference from {@code other}. */
    public static String unlike(long bytes, long other) {
        return of(bytes).equals(of(other)) ? exact(bytes) : of(bytes);
    }

    private static String exact(long bytes) {
        return bytes == 1 ? "1 byte" : bytes + " bytes";
    }

    /** Three significant digits, without zeros at the end of a fraction. */
    public static String digits(double value) {
        int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
        String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
        return decimals == 0 ? text : text.replaceFirst("\\.?0+$", "");
    }
}
