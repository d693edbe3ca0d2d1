package io.trivet.gateway;

import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A part of an object: {@code length} bytes from {@code from} on. */
record ByteRange(long from, long length) {
    private static final Pattern RANGE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

    /**
     * Empty for the whole: where nothing is asked for, or several ranges, or what is none (RFC
     * 9110, section 14.2). Throws {@code InvalidRange} for what is behind the end.
     */
    static Optional<ByteRange> parse(Optional<String> header, long size) {
        Optional<Matcher> found = header.map(RANGE::matcher).filter(Matcher::matches);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        String first = found.get().group(1);
        String last = found.get().group(2);
        if (first.isEmpty() ? last.isEmpty() : !last.isEmpty() && number(last) < number(first)) {
            return Optional.empty();
        }
        long from = first.isEmpty() ? Math.max(0, size - number(last)) : number(first);
        long to = first.isEmpty() || last.isEmpty() ? size - 1 : Math.min(number(last), size - 1);
        if (from >= size || to < from) {
            throw new S3Exception(S3Error.INVALID_RANGE, "The range begins behind the end of the object.");
        }
        return Optional.of(new ByteRange(from, to - from + 1));
    }

    /** The same of a range with both ends, which must lie within what is copied. */
    static Optional<ByteRange> parseWithin(String text, long size) {
        Optional<ByteRange> range = parse(Optional.of(text), size);
        Matcher ends = RANGE.matcher(text);
        if (range.isEmpty()
                || !ends.matches()
                || ends.group(1).isEmpty()
                || ends.group(2).isEmpty()) {
            return Optional.empty();
        }
        if (number(ends.group(2)) >= size) {
            throw new S3Exception(S3Error.INVALID_RANGE, "The range ends behind the end of the object.");
        }
        return range;
    }

    private static long number(String digits) {
        return Long.parseLong(digits);
    }

    /** As it stands in the answer. */
    String header(long size) {
        return "bytes " + from + "-" + (from + length - 1) + "/" + size;
    }
}
