package io.trivet.model;

/**
 * How much may be below a directory: bytes of files, counted once whatever the number of replicas,
 * and names of files and directories. Files in the trash do not count.
 *
 * @param bytes 0 or more, or {@link #NO_LIMIT}
 * @param files names of files and directories, without the directory itself; 0 or more, or {@link
 *     #NO_LIMIT}
 */
public record Quota(long bytes, long files) {
    public static final long NO_LIMIT = -1;

    /** No quota at all. */
    public static final Quota NONE = new Quota(NO_LIMIT, NO_LIMIT);

    /**
     * Throws {@link TrivetException} ({@code BAD_REQUEST}) for a number below {@link #NO_LIMIT}.
     */
    public Quota {
        if (bytes < NO_LIMIT || files < NO_LIMIT) {
            throw TrivetException.of(Refusal.Kind.BAD_REQUEST, "", "a quota is 0 or more bytes and files");
        }
    }

    public boolean isNone() {
        return equals(NONE);
    }
}
