package io.trivet.mount.fuse;

import java.time.Instant;

/**
 * The attributes of a file, directory or symbolic link, as {@code stat} shows them.
 *
 * @param inode the number that programs see
 * @param mode type and permissions
 */
public record NodeAttributes(long inode, long size, Instant modified, int mode, int links, int user, int group) {
    public static final int TYPE = 0170000;
    public static final int REGULAR = 0100000;
    public static final int DIRECTORY = 0040000;
    public static final int LINK = 0120000;

    static final int BYTES = 88;
}
