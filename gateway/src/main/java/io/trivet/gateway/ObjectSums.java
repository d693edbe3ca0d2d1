package io.trivet.gateway;

import io.trivet.gateway.checksum.ChecksumAlgorithm;
import io.trivet.model.FileRecord;
import io.trivet.model.Sha256;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What S3 says of the bytes of an object, and a record has no place for: an attribute of the file,
 * that names the content it is of. A file that was changed since, by whatever way, has it no more.
 *
 * <pre>
 *   1 ETAG SHA-256 [ALGORITHM:BASE64[-PARTS]] [pBYTES]      the first 32 digits of the file's SHA-256
 * </pre>
 *
 * @param etag without quotation marks: the MD5, or that of the MD5s of the parts with their number
 * @param checksum the one that the client gave
 * @param partBytes in each part but the last; empty if there is one part, or they differ
 */
record ObjectSums(String etag, Optional<GivenChecksum> checksum, Optional<Long> partBytes) {
    /** Bounded: an algorithm, 44 characters of Base64 and two numbers are the longest value. */
    static final String ATTRIBUTE = "trivet.s3";

    static final int MAX_TEXT = 192;

    private static final String SUM = "[A-Z0-9]{4,9}:[A-Za-z0-9+/=]{4,44}(?:-[0-9]{1,5})?";
    private static final String TAG = "[0-9a-f]{32}(?:-[0-9]{1,5})?";
    private static final Pattern OF_FILE =
            Pattern.compile("1 (" + TAG + ") ([0-9a-f]{32})(?: (" + SUM + "))?(?: p([0-9]{1,12}))?");
    private static final Pattern OF_PART = Pattern.compile("(" + TAG + ")(?: (" + SUM + "))?");
    private static final int DIGITS = 32;

    /**
     * A checksum that a client gave, and that was right.
     *
     * @param value as it stands in a header: Base64, and for one of the checksums of parts their number
     */
    record GivenChecksum(ChecksumAlgorithm algorithm, String value) {
        boolean isComposite() {
            return value.contains("-");
        }

        String type() {
            return isComposite() ? "COMPOSITE" : "FULL_OBJECT";
        }

        String text() {
            return algorithm.name() + ":" + value;
        }

        static Optional<GivenChecksum> parse(String text) {
            int colon = text.indexOf(':');
            return ChecksumAlgorithm.named(text.substring(0, colon))
                    .map(algorithm -> new GivenChecksum(algorithm, text.substring(colon + 1)));
        }
    }

    /** Of an object that came in one request. */
    static ObjectSums ofBody(String md5, Optional<GivenChecksum> checksum) {
        return new ObjectSums(md5, checksum, Optional.empty());
    }

    /** The attribute's value for a file with this SHA-256. */
    String text(Sha256 content) {
        return "1 " + etag + " " + digits(content)
                + checksum.map(sum -> " " + sum.text()).orElse("")
                + partBytes.map(bytes -> " p" + bytes).orElse("");
    }

    /** Of a part, whose bytes never change. At most {@link io.trivet.model.Piece#MAX_TAG} bytes. */
    String textOfPart() {
        return etag + checksum.map(sum -> " " + sum.text()).orElse("");
    }

    private static String digits(Sha256 content) {
        return content.toString().substring(0, DIGITS);
    }

    /**
     * What the attribute says of this content: empty if it was kept for another one, or by somebody
     * else, or if the reader may not know the file's SHA-256.
     */
    static Optional<ObjectSums> of(Optional<String> attribute, FileRecord record) {
        Sha256 content = record.sha256();
        return content == null
                ? Optional.empty()
                : attribute
                        .map(OF_FILE::matcher)
                        .filter(Matcher::matches)
                        .filter(found -> found.group(2).equals(digits(content)))
                        .map(found -> new ObjectSums(
                                found.group(1),
                                Optional.ofNullable(found.group(3)).flatMap(GivenChecksum::parse),
                                Optional.ofNullable(found.group(4))
                                        .map(Long::parseLong)
                                        .filter(bytes -> bytes > 0)));
    }

    /** What was kept with a part; empty if an earlier release stored it. */
    static Optional<ObjectSums> ofPart(String text) {
        return Optional.of(OF_PART.matcher(text))
                .filter(Matcher::matches)
                .map(found -> ofBody(
                        found.group(1), Optional.ofNullable(found.group(2)).flatMap(GivenChecksum::parse)));
    }

    /** 1 for an object that came in one request. */
    int parts() {
        int dash = etag.indexOf('-');
        return dash < 0 ? 1 : Integer.parseInt(etag.substring(dash + 1));
    }
}
