package io.trivet.gateway;

import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import io.trivet.gateway.signature.RequestHead;
import io.trivet.gateway.xml.XmlElement;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** What an object must be to be deleted. One that is not there is deleted already, whatever they say. */
record DeleteConditions(Optional<String> tag, Optional<String> size, Optional<Instant> modified) {
    /** Of a request that deletes one. */
    static DeleteConditions of(RequestHead head) {
        return new DeleteConditions(
                head.header("if-match"),
                head.header("x-amz-if-match-size"),
                head.header("x-amz-if-match-last-modified-time").map(DeleteConditions::time));
    }

    /** Of one among several. */
    static DeleteConditions of(XmlElement object) {
        return new DeleteConditions(
                object.value("ETag"),
                object.value("Size"),
                object.value("LastModifiedTime").map(DeleteConditions::time));
    }

    /** As HTTP writes it, or as the documents of S3 do. */
    private static Instant time(String text) {
        for (DateTimeFormatter form :
                new DateTimeFormatter[] {DateTimeFormatter.RFC_1123_DATE_TIME, DateTimeFormatter.ISO_DATE_TIME}) {
            try {
                return ZonedDateTime.parse(text.strip(), form).toInstant();
            } catch (DateTimeParseException _) {
                // perhaps the other one
            }
        }
        throw new S3Exception(S3Error.INVALID_ARGUMENT, "A time to compare with cannot be read.");
    }

    /** Throws {@code PreconditionFailed}. */
    void require(StoredEntry there) {
        boolean holds = hold(there.tag(), there.size(), there.modified());
        if (!holds) {
            throw new S3Exception(
                    S3Error.PRECONDITION_FAILED, "At least one of the conditions of the request does not hold.");
        }
    }

    private boolean hold(String itsTag, long itsSize, Instant itsTime) {
        return tag.map(text -> EntityTag.matches(text, itsTag)).orElse(true)
                && size.map(text -> text.strip().equals(Long.toString(itsSize))).orElse(true)
                && modified.map(time ->
                                time.truncatedTo(ChronoUnit.SECONDS).equals(itsTime.truncatedTo(ChronoUnit.SECONDS)))
                        .orElse(true);
    }
}
