package io.trivet.gateway;

import io.trivet.model.FileRecord;
import io.trivet.model.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What tells one content of an object from another. An object that came by S3 has the MD5 of its
 * bytes, or for parts that of their MD5s ({@link ObjectSums}). Any other file has the first half of
 * its SHA-256, in the form that S3 gives to objects of several parts, since clients take any other
 * for an MD5, and compare it.
 */
final class EntityTag {
    private static final int DIGITS = 32;
    private static final String FORM = "-1";

    private EntityTag() {}

    /**
     * With its quotation marks.
     *
     * @param sums the attribute of the file
     */
    static String of(FileRecord record, Optional<String> sums) {
        return ObjectSums.of(sums, record).map(known -> quoted(known.etag())).orElseGet(() -> ofContent(record));
    }

    static String quoted(String etag) {
        return "\"" + etag + "\"";
    }

    private static String ofContent(FileRecord record) {
        Sha256 sum = record.sha256();
        // There is no SHA-256 of a file that an earlier release saved, nor for who may not read the file; its id
        // stands for one content as well.
        Sha256 known = sum == null ? Sha256.of(record.id().toString().getBytes(StandardCharsets.US_ASCII)) : sum;
        return of(known);
    }

    /** Of a content with this SHA-256. */
    static String of(Sha256 sha256) {
        return quoted(sha256.toString().substring(0, DIGITS) + FORM);
    }

    /** Of a directory that stands for an object without bytes. */
    static String ofDirectory() {
        return of(Sha256.of(new byte[0]));
    }

    /** Whether a condition names this tag, or any. */
    static boolean matches(String condition, String tag) {
        for (String word : condition.split(",", -1)) {
            String one = word.strip();
            String plain = one.startsWith("W/") ? one.substring(2) : one;
            if (plain.equals("*") || plain.replace("\"", "").equals(tag.replace("\"", ""))) {
                return true;
            }
        }
        return false;
    }
}
