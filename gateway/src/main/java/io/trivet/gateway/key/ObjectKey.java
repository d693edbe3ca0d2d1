package io.trivet.gateway.key;

import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The key of an object as a path in its bucket.
 *
 * @param text as the client says it
 * @param segments the path; not empty
 * @param isDirectory whether it ends with a slash, and so stands for a directory
 */
public record ObjectKey(String text, List<String> segments, boolean isDirectory) {
    /**
     * What the gateway needs for itself, in a bucket or in any directory of it: no key has a part of
     * this name, and no list shows it.
     */
    public static final String RESERVED = ".trivet-s3";

    /** As S3: bytes of UTF-8. */
    private static final int MAX_BYTES = 1024;

    public ObjectKey {
        segments = List.copyOf(segments);
    }

    /** Throws {@link S3Exception} that says why this key can be no path. */
    public static ObjectKey parse(String text) {
        if (text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new S3Exception(S3Error.KEY_TOO_LONG, "A key is at most " + MAX_BYTES + " bytes long.");
        }
        boolean isDirectory = text.endsWith("/");
        List<String> segments = new ArrayList<>(Arrays.asList(text.split("/", -1)));
        if (isDirectory) {
            segments.removeLast();
        }
        if (segments.contains("")) {
            throw bad(text, "it begins with a slash or has two in a row, and a path has no empty names");
        }
        try {
            new RemotePath(segments);
        } catch (TrivetException e) {
            throw bad(text, e.refusal().detail());
        }
        if (segments.contains(RESERVED)) {
            throw bad(text, "what is below " + RESERVED + " is the gateway's own");
        }
        return new ObjectKey(text, segments, isDirectory);
    }

    private static S3Exception bad(String text, String why) {
        return new S3Exception(
                S3Error.INVALID_ARGUMENT,
                "This key cannot be a path of a file system: " + why + ". Key: "
                        + (text.length() > 80 ? text.substring(0, 77) + "..." : text));
    }

    /** Below the bucket's directory. Throws {@code KeyTooLongError} where the whole is too long for a path. */
    public RemotePath in(RemotePath bucket) {
        List<String> all = new ArrayList<>(bucket.segments());
        all.addAll(segments);
        try {
            return new RemotePath(all);
        } catch (TrivetException e) {
            throw new S3Exception(S3Error.KEY_TOO_LONG, e.refusal().detail(), e);
        }
    }
}
