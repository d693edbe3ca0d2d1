package io.trivet.gateway;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The one metadatum that the record of a file has a place for: when its content was modified, as
 * tools that keep files in S3 write it, in seconds with a fraction. A value of another form is kept
 * as any other metadatum.
 */
final class ModifiedTime {
    static final String HEADER = "x-amz-meta-mtime";

    private static final Pattern SECONDS = Pattern.compile("-?[0-9]{1,11}(\\.[0-9]{1,18})?");
    private static final int NANO_DIGITS = 9;

    private ModifiedTime() {}

    static Optional<Instant> of(Exchange exchange) {
        return exchange.header(HEADER).flatMap(ModifiedTime::parse);
    }

    /** Empty for what is no time. */
    static Optional<Instant> parse(String text) {
        if (!SECONDS.matcher(text).matches()) {
            return Optional.empty();
        }
        BigDecimal seconds = new BigDecimal(text).setScale(NANO_DIGITS, RoundingMode.DOWN);
        long whole = seconds.longValue();
        return Optional.of(Instant.ofEpochSecond(
                whole,
                seconds.subtract(BigDecimal.valueOf(whole))
                        .movePointRight(NANO_DIGITS)
                        .longValue()));
    }

    static String text(Instant time) {
        BigDecimal seconds = BigDecimal.valueOf(time.getEpochSecond())
                .add(BigDecimal.valueOf(time.getNano(), NANO_DIGITS))
                .stripTrailingZeros();
        return seconds.toPlainString();
    }
}
