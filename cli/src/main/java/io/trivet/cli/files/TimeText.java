package io.trivet.cli.files;

import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as people write them, to the nanosecond; without an offset in the zone of this computer. */
final class TimeText {
    private static final Pattern STAMP =
            Pattern.compile("(\\d\\d)?(\\d\\d)?(\\d\\d)(\\d\\d)(\\d\\d)(\\d\\d)(\\.(\\d\\d))?");

    /** As POSIX reads years of two digits: 69 to 99 are of the last century. */
    private static final int LAST_CENTURY_FROM = 69;

    private TimeText() {}

    /**
     * {@code 2026-11-30T12:00:00.5Z}, the same with a blank, without the time or without an offset,
     * or {@code @SECONDS} since 1970. Throws {@link WrongUsage} with the forms that are allowed.
     */
    static Instant date(String text, ZoneId zone) {
        try {
            if (text.startsWith("@")) {
                return seconds(text.substring(1));
            }
            String iso = text.strip().replaceFirst(" ", "T");
            if (iso.indexOf('T') < 0) {
                return LocalDate.parse(iso).atStartOfDay(zone).toInstant();
            }
            return iso.matches(".*T.*(?:Z|[-+]\\d\\d:?\\d\\d)")
                    ? OffsetDateTime.parse(iso).toInstant()
                    : LocalDateTime.parse(iso).atZone(zone).toInstant();
        } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
            throw new WrongUsage(Text.of(
                    "{0}: a time is written like 2026-11-30T12:00:00Z, 2026-11-30 12:00:00.5, 2026-11-30 or @1700000000.5",
                    text));
        }
    }

    private static Instant seconds(String text) {
        BigDecimal seconds = new BigDecimal(text);
        BigDecimal whole = seconds.setScale(0, RoundingMode.FLOOR);
        return Instant.ofEpochSecond(
                whole.longValueExact(),
                seconds.subtract(whole).movePointRight(9).longValue());
    }

    /** {@code [[CC]YY]MMDDhhmm[.ss]}, as POSIX has it. Throws {@link WrongUsage}. */
    static Instant stamp(String text, ZonedDateTime now) {
        Matcher stamp = STAMP.matcher(text);
        try {
            if (stamp.matches()) {
                return LocalDateTime.of(
                                year(stamp, now.getYear()),
                                number(stamp, 3),
                                number(stamp, 4),
                                number(stamp, 5),
                                number(stamp, 6),
                                stamp.group(8) == null ? 0 : number(stamp, 8))
                        .atZone(now.getZone())
                        .toInstant();
            }
        } catch (DateTimeException _) {
            // A month 13, for example: refused below.
        }
        throw new WrongUsage(Text.of("{0}: a stamp is written [[CC]YY]MMDDhhmm[.ss], for example 202611301200", text));
    }

    private static int year(Matcher stamp, int now) {
        if (stamp.group(1) == null) {
            return now;
        }
        int first = number(stamp, 1);
        if (stamp.group(2) == null) {
            return first + (first < LAST_CENTURY_FROM ? 2000 : 1900);
        }
        return first * 100 + number(stamp, 2);
    }

    private static int number(Matcher stamp, int group) {
        return Integer.parseInt(stamp.group(group));
    }
}
