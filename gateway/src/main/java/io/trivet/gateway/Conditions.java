package io.trivet.gateway;

import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import io.trivet.gateway.signature.RequestHead;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** The conditions of a request on the object that it names, in the order of RFC 9110, section 13.2.2. */
record Conditions(
        Optional<String> match, Optional<String> noneMatch, Optional<Instant> since, Optional<Instant> notSince) {
    static final Conditions NONE =
            new Conditions(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** On what is read, or written. */
    static Conditions of(RequestHead head) {
        return named(head, "if-");
    }

    /** On what is copied. */
    static Conditions ofSource(RequestHead head) {
        return named(head, "x-amz-copy-source-if-");
    }

    private static Conditions named(RequestHead head, String prefix) {
        return new Conditions(
                head.header(prefix + "match"),
                head.header(prefix + "none-match"),
                head.header(prefix + "modified-since").flatMap(Conditions::time),
                head.header(prefix + "unmodified-since").flatMap(Conditions::time));
    }

    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
        } catch (DateTimeParseException _) {
            return Optional.empty(); // as if it were not there
        }
    }

    /** Throws {@code PreconditionFailed}, or {@code NotModified} for what the client has already. */
    void requireForRead(String tag, Instant modified) {
        Instant seconds = modified.truncatedTo(ChronoUnit.SECONDS);
        if (match.isPresent()) {
            require(EntityTag.matches(match.get(), tag));
        } else if (notSince.isPresent()) {
            require(!seconds.isAfter(notSince.get()));
        }
        boolean known = noneMatch.isPresent()
                ? EntityTag.matches(noneMatch.get(), tag)
                : since.isPresent() && !seconds.isAfter(since.get());
        if (known) {
            throw new S3Exception(S3Error.NOT_MODIFIED, "The object is the one that you have.");
        }
    }

    /** Throws {@code PreconditionFailed} also where the client has it. */
    void requireForCopy(String tag, Instant modified) {
        try {
            requireForRead(tag, modified);
        } catch (S3Exception e) {
            require(e.error() != S3Error.NOT_MODIFIED);
            throw e;
        }
    }

    boolean areForWrite() {
        return match.isPresent() || noneMatch.isPresent();
    }

    /**
     * Throws {@code PreconditionFailed}, or {@code NoSuchKey} where an object is to be replaced that
     * is not there.
     *
     * @param tag of what is there now; empty for nothing
     */
    void requireForWrite(Optional<String> tag) {
        if (match.isPresent()) {
            require(EntityTag.matches(
                    match.get(),
                    tag.orElseThrow(() -> new S3Exception(S3Error.NO_SUCH_KEY, "There is no such object."))));
        }
        if (noneMatch.isPresent() && tag.isPresent()) {
            require(!EntityTag.matches(noneMatch.get(), tag.get()));
        }
    }

    private static void require(boolean holds) {
        if (!holds) {
            throw new S3Exception(
                    S3Error.PRECONDITION_FAILED, "At least one of the conditions of the request does not hold.");
        }
    }
}
