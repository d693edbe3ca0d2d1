package io.trivet.gateway.signature;

import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import java.util.regex.Pattern;

/** How the body of a request is covered by its signature. */
public sealed interface Payload {
    /** The name of the header, in lower case. */
    String HEADER = "x-amz-content-sha256";

    /** What stands in the canonical request. */
    String text();

    /** The SHA-256 of the body is signed, in hexadecimal. */
    record Hashed(String text) implements Payload {
        static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    }

    /** Nothing of the body is signed. */
    record Unsigned() implements Payload {
        static final String TEXT = "UNSIGNED-PAYLOAD";

        @Override
        public String text() {
            return TEXT;
        }
    }

    /**
     * The body comes in pieces, {@code aws-chunked}.
     *
     * @param signed whether each piece has a signature
     * @param trailer whether headers follow the last one
     */
    record Chunked(String text, boolean signed, boolean trailer) implements Payload {}

    /** Throws {@link S3Exception} for a value that is none of S3's, or not supported. */
    static Payload parse(String value) {
        return switch (value) {
            case Unsigned.TEXT -> new Unsigned();
            case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" -> new Chunked(value, true, false);
            case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" -> new Chunked(value, true, true);
            case "STREAMING-UNSIGNED-PAYLOAD-TRAILER" -> new Chunked(value, false, true);
            default -> {
                if (value.startsWith("STREAMING-")) {
                    throw new S3Exception(S3Error.NOT_IMPLEMENTED, "This way of signing a body is not supported.");
                }
                if (!Hashed.SHA256.matcher(value).matches()) {
                    throw new S3Exception(
                            S3Error.INVALID_ARGUMENT,
                            "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, a STREAMING value, or 64 hexadecimal"
                                    + " digits.");
                }
                yield new Hashed(value);
            }
        };
    }
}
