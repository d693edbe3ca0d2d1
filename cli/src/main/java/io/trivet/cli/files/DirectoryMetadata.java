package io.trivet.cli.files;

import io.trivet.client.MetadataChange;
import io.trivet.client.TrivetClient;
import io.trivet.model.NameEntry;
import io.trivet.model.RemotePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps permissions (0777) and time of a directory, and gives them back. To be called when all that is
 * in the directory was transferred, since that changes the time, and may need the permission to write.
 */
final class DirectoryMetadata {
    private static final PosixFilePermission[] BITS = {
        PosixFilePermission.OTHERS_EXECUTE,
        PosixFilePermission.OTHERS_WRITE,
        PosixFilePermission.OTHERS_READ,
        PosixFilePermission.GROUP_EXECUTE,
        PosixFilePermission.GROUP_WRITE,
        PosixFilePermission.GROUP_READ,
        PosixFilePermission.OWNER_EXECUTE,
        PosixFilePermission.OWNER_WRITE,
        PosixFilePermission.OWNER_READ
    };

    private DirectoryMetadata() {}

    /** Changes nothing if the directory of the cluster has them. */
    static void save(TrivetClient client, Path local, RemotePath remote) throws IOException {
        Integer mode = modeOf(local);
        Instant modified = Files.getLastModifiedTime(local).toInstant();
        if (remote.isRoot()
                || !(client.stat(remote) instanceof NameEntry.Directory there)
                || (there.modified().equals(modified) && (mode == null || mode == (there.mode() & 0777)))) {
            return;
        }
        client.setMetadata(remote, new MetadataChange(mode, modified, null, null));
    }

    /** {@code there}: what the cluster said when the directory was listed. */
    static void load(NameEntry.Directory there, Path local) throws IOException {
        if (modeOf(local) != null) {
            Files.setPosixFilePermissions(local, permissions(there.mode()));
        }
        Files.setLastModifiedTime(local, FileTime.from(there.modified()));
    }

    /** Null where the file system has no permissions of this kind. */
    private static @Nullable Integer modeOf(Path local) throws IOException {
        try {
            int mode = 0;
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(local);
            for (int bit = 0; bit < BITS.length; bit++) {
                mode |= permissions.contains(BITS[bit]) ? 1 << bit : 0;
            }
            return mode;
        } catch (UnsupportedOperationException _) {
            return null;
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (int bit = 0; bit < BITS.length; bit++) {
            if ((mode & 1 << bit) != 0) {
                permissions.add(BITS[bit]);
            }
        }
        return permissions;
    }
}
