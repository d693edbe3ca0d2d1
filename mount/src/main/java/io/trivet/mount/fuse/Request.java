package io.trivet.mount.fuse;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request of the kernel. {@code node} is the number of an inode that an earlier reply has given,
 * {@code handle} that of an open file or directory; offsets and sizes are in bytes.
 */
public sealed interface Request {
    /** The first request: which versions and features the kernel has. */
    record Init(int major, int minor, int maxReadahead, long flags) implements Request {}

    record Lookup(long parent, String name) implements Request {}

    /** The kernel drops {@code lookups} of its references to a node. */
    record Forgotten(long node, long lookups) {}

    /** Has no reply. */
    record Forget(List<Forgotten> nodes) implements Request {}

    record GetAttributes(long node) implements Request {}

    /** What is null stays as it is. {@code handle} is null if the file was named by its path. */
    record SetAttributes(
            long node,
            @Nullable Long handle,
            @Nullable Integer mode,
            @Nullable Integer user,
            @Nullable Integer group,
            @Nullable Long size,
            @Nullable Instant accessed,
            @Nullable Instant modified,
            boolean modifiedNow)
            implements Request {}

    record MakeNode(long parent, String name, int mode) implements Request {}

    record MakeDirectory(long parent, String name, int mode) implements Request {}

    record Unlink(long parent, String name) implements Request {}

    record RemoveDirectory(long parent, String name) implements Request {}

    /** {@code flags} are those of renameat2. */
    record Rename(long parent, String name, long newParent, String newName, int flags) implements Request {
        public static final int NO_REPLACE = 1;
    }

    record Open(long node, int flags) implements Request {}

    record Create(long parent, String name, int flags, int mode) implements Request {}

    record Read(long node, long handle, long offset, int size) implements Request {}

    /** {@code bytes} are valid until the reply. */
    record Write(long node, long handle, long offset, ByteBuffer bytes) implements Request {}

    /** A descriptor of an open file was closed; there may be others. */
    record Flush(long node, long handle) implements Request {}

    record Sync(long node, long handle) implements Request {}

    /** The last descriptor of an open file was closed. */
    record Release(long node, long handle) implements Request {}

    record OpenDirectory(long node) implements Request {}

    /** {@code plus}: with the attributes of each entry. */
    record ReadDirectory(long node, long handle, long offset, int size, boolean plus) implements Request {}

    record ReleaseDirectory(long handle) implements Request {}

    record SyncDirectory(long node) implements Request {}

    record Statistics() implements Request {}

    /** {@code size} 0 asks for the length only. */
    record GetExtended(long node, String name, int size) implements Request {}

    /** {@code flags} are those of setxattr. */
    record SetExtended(long node, String name, byte[] value, int flags) implements Request {
        public static final int CREATE = 1;
        public static final int REPLACE = 2;
    }

    /** {@code size} 0 asks for the length only. */
    record ListExtended(long node, int size) implements Request {}

    record RemoveExtended(long node, String name) implements Request {}

    record Access(long node, int mask) implements Request {}

    /** The caller of a request was interrupted. Has no reply; the request is answered as if not. */
    record Interrupt(long unique) implements Request {}

    record Destroy() implements Request {}

    /** A name of bytes that are no UTF-8. */
    record BadName() implements Request {}

    record ReadLink(long node) implements Request {}

    record SymbolicLink(long parent, String name, String target) implements Request {}

    /** Another name of a file. */
    record HardLink() implements Request {}

    /** Anything else. */
    record Unknown(int opcode) implements Request {}
}
