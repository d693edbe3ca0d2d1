package io.trivet.cli.text;

import io.trivet.model.Quota;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parses and formats limits: {@code 10G}, {@code 100000}, {@code none}. */
public final class LimitText {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,15})([KMGTP])(?:i?B)?", Pattern.CASE_INSENSITIVE);
    private static final String UNITS = "KMGTP";
    private static final String NONE = "none";

    private LimitText() {}

    /** Bytes; units are powers of 1,024, as in {@code df} and {@code du}. Null if not given. */
    public static @Nullable Long bytes(String option, @Nullable String text) {
        if (text == null) {
            return null;
        }
        if (text.equals(NONE)) {
            return Quota.NO_LIMIT;
        }
        Matcher written = SIZE.matcher(text);
        try {
            if (!written.matches()) {
                return Long.parseUnsignedLong(plain(text), 10);
            }
            int unit = 1 + UNITS.indexOf(written.group(2).toUpperCase(Locale.ROOT));
            return Math.multiplyExact(Long.parseLong(written.group(1)), 1L << (10 * unit));
        } catch (ArithmeticException | NumberFormatException e) {
            throw new WrongUsage(
                    Text.of("{0} is a number of bytes, or like 500M, 10G, 2T; or none; not {1}", option, text));
        }
    }

    /** A number. Null if not given. */
    public static @Nullable Long number(String option, @Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return text.equals(NONE) ? Quota.NO_LIMIT : Long.parseLong(plain(text));
        } catch (NumberFormatException e) {
            throw new WrongUsage(Text.of("{0} is a number, or none; not {1}", option, text));
        }
    }

    private static String plain(String text) {
        if (!text.matches("\\d{1,18}")) {
            throw new NumberFormatException(text);
        }
        return text;
    }

    /** {@code null} in JSON if there is no limit. */
    public static @Nullable Long json(long limit) {
        return limit == Quota.NO_LIMIT ? null : limit;
    }
}
