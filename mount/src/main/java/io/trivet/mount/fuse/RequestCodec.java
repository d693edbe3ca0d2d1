package io.trivet.mount.fuse;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads requests from their bytes: a header of 40 bytes, then a structure of the opcode, then names
 * that end with NUL. Throws {@link java.nio.BufferUnderflowException} for a request that is too
 * short.
 */
public final class RequestCodec {
    private static final int SET_MODE = 1;
    private static final int SET_USER = 1 << 1;
    private static final int SET_GROUP = 1 << 2;
    private static final int SET_SIZE = 1 << 3;
    private static final int SET_ACCESSED = 1 << 4;
    private static final int SET_MODIFIED = 1 << 5;
    private static final int SET_BY_HANDLE = 1 << 6;
    private static final int SET_MODIFIED_NOW = 1 << 8;

    private RequestCodec() {}

    /** Reads the header and leaves the position behind it. */
    public static RequestHeader header(ByteBuffer bytes) {
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        int length = bytes.getInt();
        int opcode = bytes.getInt();
        long unique = bytes.getLong();
        long node = bytes.getLong();
        int user = bytes.getInt();
        int group = bytes.getInt();
        int process = bytes.getInt();
        bytes.getInt();
        return new RequestHeader(length, opcode, unique, node, user, group, process);
    }

    /** Reads what follows the header; the limit of {@code bytes} is the end of the request. */
    public static Request request(RequestHeader header, ByteBuffer bytes) {
        try {
            return named(header, bytes.order(ByteOrder.LITTLE_ENDIAN));
        } catch (CharacterCodingException _) {
            return new Request.BadName();
        }
    }

    private static Request named(RequestHeader header, ByteBuffer bytes) throws CharacterCodingException {
        long node = header.node();
        return switch (header.opcode()) {
            case Opcode.INIT -> init(bytes);
            case Opcode.LOOKUP -> new Request.Lookup(node, text(bytes));
            case Opcode.FORGET -> new Request.Forget(List.of(new Request.Forgotten(node, bytes.getLong())));
            case Opcode.BATCH_FORGET -> forgotten(bytes);
            case Opcode.GETATTR -> new Request.GetAttributes(node);
            case Opcode.SETATTR -> attributes(node, bytes);
            case Opcode.MKNOD -> {
                int mode = bytes.getInt();
                skip(bytes, 12);
                yield new Request.MakeNode(node, text(bytes), mode);
            }
            case Opcode.MKDIR -> {
                int mode = bytes.getInt();
                skip(bytes, 4);
                yield new Request.MakeDirectory(node, text(bytes), mode);
            }
            case Opcode.UNLINK -> new Request.Unlink(node, text(bytes));
            case Opcode.RMDIR -> new Request.RemoveDirectory(node, text(bytes));
            case Opcode.RENAME -> {
                long target = bytes.getLong();
                yield new Request.Rename(node, text(bytes), target, text(bytes), 0);
            }
            case Opcode.RENAME2 -> {
                long target = bytes.getLong();
                int flags = bytes.getInt();
                skip(bytes, 4);
                yield new Request.Rename(node, text(bytes), target, text(bytes), flags);
            }
            case Opcode.OPEN -> new Request.Open(node, bytes.getInt());
            case Opcode.CREATE -> {
                int flags = bytes.getInt();
                int mode = bytes.getInt();
                skip(bytes, 8);
                yield new Request.Create(node, text(bytes), flags, mode);
            }
            case Opcode.READ -> new Request.Read(node, bytes.getLong(), bytes.getLong(), bytes.getInt());
            case Opcode.WRITE -> {
                long handle = bytes.getLong();
                long offset = bytes.getLong();
                int size = bytes.getInt();
                skip(bytes, 20);
                yield new Request.Write(node, handle, offset, bytes.slice(bytes.position(), size));
            }
            case Opcode.FLUSH -> new Request.Flush(node, bytes.getLong());
            case Opcode.FSYNC -> new Request.Sync(node, bytes.getLong());
            case Opcode.RELEASE -> new Request.Release(node, bytes.getLong());
            case Opcode.OPENDIR -> new Request.OpenDirectory(node);
            case Opcode.READDIR -> directory(node, bytes, false);
            case Opcode.READDIRPLUS -> directory(node, bytes, true);
            case Opcode.RELEASEDIR -> new Request.ReleaseDirectory(bytes.getLong());
            case Opcode.FSYNCDIR -> new Request.SyncDirectory(node);
            case Opcode.STATFS -> new Request.Statistics();
            case Opcode.GETXATTR -> {
                int size = bytes.getInt();
                skip(bytes, 4);
                yield new Request.GetExtended(node, text(bytes), size);
            }
            case Opcode.SETXATTR -> {
                byte[] value = new byte[bytes.getInt()];
                int flags = bytes.getInt();
                String name = text(bytes);
                bytes.get(value);
                yield new Request.SetExtended(node, name, value, flags);
            }
            case Opcode.LISTXATTR -> new Request.ListExtended(node, bytes.getInt());
            case Opcode.REMOVEXATTR -> new Request.RemoveExtended(node, text(bytes));
            case Opcode.ACCESS -> new Request.Access(node, bytes.getInt());
            case Opcode.INTERRUPT -> new Request.Interrupt(bytes.getLong());
            case Opcode.DESTROY -> new Request.Destroy();
            case Opcode.READLINK -> new Request.ReadLink(node);
            case Opcode.SYMLINK -> new Request.SymbolicLink(node, text(bytes), text(bytes));
            case Opcode.LINK -> new Request.HardLink();
            default -> new Request.Unknown(header.opcode());
        };
    }

    /** Kernels before 7.36 send 16 bytes; then the other half of the flags is 0. */
    private static Request init(ByteBuffer bytes) {
        int major = bytes.getInt();
        int minor = bytes.getInt();
        int readahead = bytes.getInt();
        long flags = Integer.toUnsignedLong(bytes.getInt());
        if (bytes.remaining() >= 4) {
            flags |= Integer.toUnsignedLong(bytes.getInt()) << 32;
        }
        return new Request.Init(major, minor, readahead, flags);
    }

    private static Request forgotten(ByteBuffer bytes) {
        int count = bytes.getInt();
        skip(bytes, 4);
        List<Request.Forgotten> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            nodes.add(new Request.Forgotten(bytes.getLong(), bytes.getLong()));
        }
        return new Request.Forget(nodes);
    }

    private static Request attributes(long node, ByteBuffer bytes) {
        int said = bytes.getInt();
        skip(bytes, 4);
        long handle = bytes.getLong();
        long size = bytes.getLong();
        skip(bytes, 8);
        long accessed = bytes.getLong();
        long modified = bytes.getLong();
        skip(bytes, 8);
        int accessedNanos = bytes.getInt();
        int modifiedNanos = bytes.getInt();
        skip(bytes, 4);
        int mode = bytes.getInt();
        skip(bytes, 4);
        int user = bytes.getInt();
        int group = bytes.getInt();
        return new Request.SetAttributes(
                node,
                when((said & SET_BY_HANDLE) != 0, handle),
                when((said & SET_MODE) != 0, mode),
                when((said & SET_USER) != 0, user),
                when((said & SET_GROUP) != 0, group),
                when((said & SET_SIZE) != 0, size),
                (said & SET_ACCESSED) == 0 ? null : Instant.ofEpochSecond(accessed, accessedNanos),
                (said & SET_MODIFIED) == 0 ? null : Instant.ofEpochSecond(modified, modifiedNanos),
                (said & SET_MODIFIED_NOW) != 0);
    }

    private static <T> @Nullable T when(boolean said, T value) {
        return said ? value : null;
    }

    private static Request directory(long node, ByteBuffer bytes, boolean plus) {
        return new Request.ReadDirectory(node, bytes.getLong(), bytes.getLong(), bytes.getInt(), plus);
    }

    private static void skip(ByteBuffer bytes, int count) {
        if (bytes.remaining() < count) {
            throw new java.nio.BufferUnderflowException();
        }
        bytes.position(bytes.position() + count);
    }

    /** Up to the next NUL, and behind it. */
    private static String text(ByteBuffer bytes) throws CharacterCodingException {
        int end = bytes.position();
        while (end < bytes.limit() && bytes.get(end) != 0) {
            end++;
        }
        if (end == bytes.limit()) {
            throw new java.nio.BufferUnderflowException();
        }
        ByteBuffer name = bytes.slice(bytes.position(), end - bytes.position());
        bytes.position(end + 1);
        return StandardCharsets.UTF_8.newDecoder().decode(name).toString();
    }
}
