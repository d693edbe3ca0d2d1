package io.trivet.gateway.signature;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;

/** Times as they stand in signed requests: {@code 20261129T123456Z}. */
final class SignatureTime {
    private static final DateTimeFormatter BASIC =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private SignatureTime() {}

    static String text(Instant time) {
        return BASIC.format(time);
    }

    /** Of {@code X-Amz-Date}; empty for anything else. */
    static Optional<Instant> parse(String text) {
        try {
            return Optional.of(Instant.from(BASIC.parse(text)));
        } catch (DateTimeParseException _) {
            return Optional.empty();
        }
    }

    /** Of the header {@code Date}, as HTTP writes it; empty for anything else. */
    static Optional<Instant> parseHttp(String text) {
        try {
            return Optional.of(ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
        } catch (DateTimeParseException _) {
            return Optional.empty();
        }
    }
}
