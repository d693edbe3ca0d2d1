package io.trivet.gateway;

import io.trivet.model.FileRecord;
import io.trivet.model.Sha256;
import java.nio.charset.StandardCharsets;

/**
 * What tells one content of an object from another: the first half of the SHA-256 that the record
 * of a file has, in the form that S3 gives to objects of several parts, since clients take any other
 * for an MD5, and compare it. A record has no place for an MD5.
 */
final class EntityTag {
    private static final int DIGITS = 32;
    private static final String FORM = "-1";

    private EntityTag() {}

    /** With its quotation marks. */
    static String of(FileRecord record) {
        Sha256 sum = record.sha256();
        // There is no SHA-256 of a file that an earlier release saved, nor for who may not read the file; its id
        // stands for one content as well.
        Sha256 known = sum == null ? Sha256.of(record.id().toString().getBytes(StandardCharsets.US_ASCII)) : sum;
        return of(known);
    }

    /** Of a content with this SHA-256. */
    static String of(Sha256 sha256) {
        return "\"" + sha256.toString().substring(0, DIGITS) + FORM + "\"";
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
