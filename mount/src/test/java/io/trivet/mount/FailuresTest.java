package io.trivet.mount;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.mount.fuse.Errno;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class FailuresTest {
    /** What is not here is a failure of the system: EIO. */
    private static final Map<Refusal.Kind, Errno> TOLD = new EnumMap<>(Map.ofEntries(
            Map.entry(Refusal.Kind.NO_SUCH_FILE, Errno.ENOENT),
            Map.entry(Refusal.Kind.ALREADY_EXISTS, Errno.EEXIST),
            Map.entry(Refusal.Kind.CONDITION_FAILED, Errno.EEXIST),
            Map.entry(Refusal.Kind.IS_A_DIRECTORY, Errno.EISDIR),
            Map.entry(Refusal.Kind.IS_A_LINK, Errno.ELOOP),
            Map.entry(Refusal.Kind.NOT_A_DIRECTORY, Errno.ENOTDIR),
            Map.entry(Refusal.Kind.NOT_EMPTY, Errno.ENOTEMPTY),
            Map.entry(Refusal.Kind.QUOTA, Errno.EDQUOT),
            Map.entry(Refusal.Kind.DISK_FULL, Errno.ENOSPC),
            Map.entry(Refusal.Kind.BAD_NAME, Errno.EINVAL),
            Map.entry(Refusal.Kind.BAD_REQUEST, Errno.EINVAL),
            Map.entry(Refusal.Kind.NO_SUCH_USER, Errno.EINVAL),
            Map.entry(Refusal.Kind.NO_SUCH_GROUP, Errno.EINVAL),
            Map.entry(Refusal.Kind.DENIED, Errno.EACCES),
            Map.entry(Refusal.Kind.FORBIDDEN, Errno.EACCES),
            Map.entry(Refusal.Kind.NOT_LOGGED_IN, Errno.EACCES)));

    @Test
    void everyRefusalHasANumber() {
        for (Refusal.Kind kind : Refusal.Kind.values()) {
            Errno expected = TOLD.getOrDefault(kind, Errno.EIO);
            assertThat(Failures.errno(kind)).as("%s", kind).isEqualTo(expected);
            assertThat(Failures.errno(TrivetException.of(kind, "", ""))).isEqualTo(expected);
        }
    }

    @Test
    void aFullDiskOfTheSpoolIsNoSpace() {
        assertThat(Failures.errno(new IOException("No space left on device"))).isEqualTo(Errno.ENOSPC);
        assertThat(Failures.errno(new FileSystemException("/x", null, "Disk quota exceeded")))
                .isEqualTo(Errno.ENOSPC);
        assertThat(Failures.errno(new IOException("Input/output error"))).isEqualTo(Errno.EIO);
    }
}
