package io.trivet.mount;

import io.trivet.model.RemotePath;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How to mount.
 *
 * @param root the directory of the cluster that the mount shows
 * @param source is shown as what is mounted
 * @param spool a directory of this mount alone, where what is written is kept until it is saved
 * @param spoolBytes the most that the files in the spool may have together
 * @param attributeTime how long the kernel may rely on names and attributes; zero: not at all
 * @param allowOther whether other users of this computer may use it, by the permissions of each file
 * @param user who owns all files, by number
 */
public record MountOptions(
        RemotePath root,
        String source,
        Path spool,
        long spoolBytes,
        Duration attributeTime,
        boolean readOnly,
        boolean allowOther,
        int user,
        int group,
        int threads) {
    public static final int USUAL_THREADS = 12;
    public static final Duration USUAL_ATTRIBUTE_TIME = Duration.ofSeconds(1);

    public MountOptions {
        if (attributeTime.isNegative()) {
            throw new IllegalArgumentException("a time is 0 or more, not " + attributeTime);
        }
        if (threads < 1) {
            throw new IllegalArgumentException("a mount has a thread or more, not " + threads);
        }
    }
}
