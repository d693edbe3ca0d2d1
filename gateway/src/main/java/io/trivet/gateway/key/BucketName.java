package io.trivet.gateway.key;

import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import java.util.regex.Pattern;

/**
 * A bucket, which is a directory below the gateway's root. Directories that people made may have
 * names that S3 gives no new bucket; they can be used as far as clients can say them.
 */
public record BucketName(String text) {
    private static final Pattern SAYABLE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,254}");
    private static final Pattern NEW = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final Pattern ADDRESS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

    /** Throws {@code InvalidBucketName} for what can be no bucket. */
    public BucketName {
        if (!isSayable(text)) {
            throw new S3Exception(
                    S3Error.INVALID_BUCKET_NAME, "A bucket's name is letters, digits, dots, hyphens and underscores.");
        }
    }

    /** Whether clients of S3 can say this name. */
    public static boolean isSayable(String name) {
        return SAYABLE.matcher(name).matches();
    }

    /** Throws {@code InvalidBucketName} for a name that S3 gives no new bucket. */
    public void requireNew() {
        if (!NEW.matcher(text).matches()
                || ADDRESS.matcher(text).matches()
                || text.contains("..")
                || text.contains("-.")
                || text.contains(".-")) {
            throw new S3Exception(
                    S3Error.INVALID_BUCKET_NAME,
                    "A new bucket's name is 3 to 63 small letters, digits, dots and hyphens, begins and ends with a"
                            + " letter or digit, and is no address.");
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
