package io.trivet.mount.fuse;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoField;

/**
 * The reply to one request, in a buffer that is used again for the next: a header of 16 bytes, then a
 * structure or bytes. One thread.
 */
public final class Reply {
    static final int HEADER = 16;
    private static final int ENTRY = 40 + NodeAttributes.BYTES;
    private static final int DIRENT = 24;
    private static final int BLOCK = 4096;
    private static final int SECTOR = 512;

    /** Flag of {@link #opened}: the kernel's cached pages of the node are of this content. */
    public static final int KEEP_CACHE = 1 << 1;

    private static final int INVALIDATE_INODE = 2;

    private final ByteBuffer bytes;
    private long stale;

    /** {@code bytes} has room for the largest reply and the header. */
    public Reply(ByteBuffer bytes) {
        this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
        clear();
    }

    void clear() {
        bytes.clear().position(HEADER);
        stale = 0;
    }

    /** Before the reply, the kernel is told to ask again for the attributes of this node. */
    public void forgetAttributes(long node) {
        stale = node;
    }

    /** Whether there is a {@link #notice}. */
    boolean hasNotice() {
        return stale != 0;
    }

    /** The bytes of what the kernel is told before the reply, for which {@code room} is. */
    ByteBuffer notice(ByteBuffer room) {
        room.order(ByteOrder.LITTLE_ENDIAN).clear();
        room.putInt(HEADER + 24).putInt(INVALIDATE_INODE).putLong(0);
        room.putLong(stale).putLong(-1).putLong(0); // no offset: the pages stay
        return room.flip();
    }

    /** The bytes of the reply, from 0 to the limit. */
    public ByteBuffer finish(long unique) {
        return finish(unique, 0);
    }

    /** The bytes of a reply that is only an error. */
    public ByteBuffer fail(long unique, Errno errno) {
        clear();
        return finish(unique, -errno.number());
    }

    private ByteBuffer finish(long unique, int error) {
        bytes.putInt(0, bytes.position());
        bytes.putInt(4, error);
        bytes.putLong(8, unique);
        return bytes.flip();
    }

    /** Room for bytes of a file: at most {@code size}, from the position on. */
    public ByteBuffer room(int size) {
        return bytes.slice(bytes.position(), Math.min(size, bytes.remaining()));
    }

    /** As many bytes of the {@link #room} are part of the reply. */
    public void filled(int count) {
        bytes.position(bytes.position() + count);
    }

    public void bytes(byte[] value) {
        bytes.put(value);
    }

    /** A name that was found; the kernel may rely on it for {@code valid}. */
    public void entry(long node, NodeAttributes attributes, Duration valid) {
        bytes.putLong(node).putLong(0);
        bytes.putLong(valid.toSeconds()).putLong(valid.toSeconds());
        bytes.putInt(valid.toNanosPart()).putInt(valid.toNanosPart());
        put(attributes);
    }

    /** A name that does not exist; the kernel may rely on that for {@code valid}. */
    public void noEntry(Duration valid) {
        bytes.putLong(0).putLong(0);
        bytes.putLong(valid.toSeconds()).putLong(0);
        bytes.putInt(valid.toNanosPart()).putInt(0);
        zeros(NodeAttributes.BYTES);
    }

    public void attributes(NodeAttributes attributes, Duration valid) {
        bytes.putLong(valid.toSeconds()).putInt(valid.toNanosPart()).putInt(0);
        put(attributes);
    }

    public void opened(long handle, int flags) {
        bytes.putLong(handle).putInt(flags).putInt(0);
    }

    public void written(int count) {
        bytes.putInt(count).putInt(0);
    }

    /** How long an extended attribute, or the list of them, is. */
    public void length(int count) {
        bytes.putInt(count).putInt(0);
    }

    /** Space in blocks of 4 KiB; how many files there can be is not limited. */
    public void statistics(long totalBytes, long freeBytes, int longestName) {
        bytes.putLong(totalBytes / BLOCK).putLong(freeBytes / BLOCK).putLong(freeBytes / BLOCK);
        bytes.putLong(0).putLong(0);
        bytes.putInt(BLOCK).putInt(longestName).putInt(BLOCK);
        zeros(28);
    }

    void init(int minor, int maxReadahead, long flags, int background, int maxWrite) {
        bytes.putInt(7).putInt(minor).putInt(maxReadahead).putInt((int) flags);
        bytes.putShort((short) background).putShort((short) (background * 3 / 4));
        bytes.putInt(maxWrite).putInt(1);
        bytes.putShort((short) (maxWrite / BLOCK)).putShort((short) 0);
        bytes.putInt((int) (flags >>> 32));
        zeros(28);
    }

    /**
     * Adds an entry of a directory. Without effect and false if it does not fit into {@code size} bytes
     * of reply.
     *
     * @param next the offset from which the entries behind this one are read
     */
    public boolean directoryEntry(int size, String name, long inode, int mode, long next) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        if (!fits(size, padded(DIRENT + text.length))) {
            return false;
        }
        dirent(text, inode, mode, next);
        return true;
    }

    /**
     * The same with attributes.
     *
     * @param node 0 for a name that the kernel has to look up itself
     */
    public boolean directoryEntry(
            int size, String name, NodeAttributes attributes, long next, long node, Duration valid) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        if (!fits(size, padded(ENTRY + DIRENT + text.length))) {
            return false;
        }
        entry(node, attributes, valid);
        dirent(text, attributes.inode(), attributes.mode(), next);
        return true;
    }

    /** Whether an entry with attributes fits. */
    public boolean hasRoom(int size, String name) {
        return fits(size, padded(ENTRY + DIRENT + name.getBytes(StandardCharsets.UTF_8).length));
    }

    private boolean fits(int size, int entry) {
        return bytes.position() - HEADER + entry <= size && bytes.remaining() >= entry;
    }

    private void dirent(byte[] name, long inode, int mode, long next) {
        bytes.putLong(inode).putLong(next).putInt(name.length).putInt((mode & NodeAttributes.TYPE) >> 12);
        bytes.put(name);
        zeros(padded(name.length) - name.length);
    }

    private static int padded(int length) {
        return (length + 7) & ~7;
    }

    private void put(NodeAttributes attributes) {
        bytes.putLong(attributes.inode()).putLong(attributes.size());
        bytes.putLong(Math.ceilDiv(attributes.size(), (long) SECTOR));
        long seconds = attributes.modified().getEpochSecond();
        bytes.putLong(seconds).putLong(seconds).putLong(seconds);
        int nanos = attributes.modified().get(ChronoField.NANO_OF_SECOND);
        bytes.putInt(nanos).putInt(nanos).putInt(nanos);
        bytes.putInt(attributes.mode()).putInt(attributes.links());
        bytes.putInt(attributes.user()).putInt(attributes.group());
        bytes.putInt(0).putInt(BLOCK).putInt(0);
    }

    private void zeros(int count) {
        for (int i = 0; i < count; i++) {
            bytes.put((byte) 0);
        }
    }
}
