package io.trivet.chunk;

import io.trivet.chunk.VolumeFormat.RecordHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Walks through a volume from header to header. After damage it goes on at the next sound header.
 * One thread.
 */
final class VolumeScan {
    private static final int WINDOW = 16 << 10;

    private final DiskFiles.OpenFile file;
    private final ByteBuffer window = ByteBuffer.allocateDirect(WINDOW);
    private long windowAt = -1;
    private Optional<Long> volume;
    private boolean unreadable;

    /** @param volume the volume's id; if it is unknown, the first record tells it */
    VolumeScan(DiskFiles.OpenFile file, Optional<Long> volume) {
        this.file = file;
        this.volume = volume;
        window.limit(0);
    }

    /** Receives what is in the volume, in order. */
    interface Visitor {
        /** A record with a sound header that ends within the records; its content is not checked. */
        void record(RecordHeader header) throws IOException;

        /** Bytes that do not begin with a sound header. */
        void damaged(long from, long to) throws IOException;
    }

    /** The volume's id; empty if neither the caller nor any record has told it. */
    Optional<Long> volume() {
        return volume;
    }

    /** Whether the disk could not read some of it. */
    boolean isUnreadable() {
        return unreadable;
    }

    /** @param end where the records end */
    void run(long end, Visitor visitor) throws IOException {
        long at = VolumeFormat.UNIT;
        long damage = -1;
        while (at < end) {
            Optional<RecordHeader> header = header(at, end);
            if (header.isEmpty()) {
                damage = damage < 0 ? at : damage;
                at += VolumeFormat.UNIT;
                continue;
            }
            if (damage >= 0) {
                visitor.damaged(damage, at);
                damage = -1;
            }
            visitor.record(header.get());
            at += header.get().bytes();
        }
        if (damage >= 0) {
            visitor.damaged(damage, end);
        }
    }

    private Optional<RecordHeader> header(long at, long end) {
        if (at < windowAt || at + VolumeFormat.UNIT > windowAt + window.limit()) {
            fill(at);
        }
        int offset = (int) (at - windowAt);
        if (offset + VolumeFormat.UNIT > window.limit()) {
            return Optional.empty();
        }
        Optional<RecordHeader> header = VolumeFormat.recordHeader(window.slice(offset, VolumeFormat.UNIT), volume, at);
        if (header.isEmpty() || at + header.get().bytes() > end) {
            return Optional.empty();
        }
        volume = Optional.of(header.get().volume());
        return header;
    }

    /** What cannot be read counts as damaged, and is not read again. */
    private void fill(long at) {
        windowAt = at;
        window.clear();
        try {
            while (window.hasRemaining() && file.read(window, at + window.position()) >= 0) {}
            window.flip();
        } catch (IOException e) {
            unreadable = true;
            int read = window.position();
            while (window.hasRemaining()) {
                window.put((byte) 0);
            }
            window.flip();
            if (read == 0) {
                window.limit(Math.min(WINDOW, DirectIo.UNIT));
            }
        }
    }
}
