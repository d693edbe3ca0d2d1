package io.trivet.client;

import io.trivet.model.ChunkSize;
import io.trivet.model.FileRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;

/**
 * Reads a file window by window, through the {@link ReadWindows} of the client. A read that goes on
 * where another one ended has the next windows fetched ahead, twice as many each time, so that a
 * single small read costs one window.
 */
final class WindowedFile implements RemoteFile {
    /** Several threads may each read a part of the file in order. */
    private static final int SEQUENCES = 4;

    static final int MOST_AHEAD = 8;

    private static final int WINDOW = ReadWindows.WINDOW_BYTES;

    private final TransferResources transferResources;
    private final ReadWindows windows;
    private final OpenFile file;
    private final FileRecord record;
    private final int inChunk;
    private final long count;
    private final Sequence[] sequences = new Sequence[SEQUENCES];
    private int uses;
    private volatile boolean closed;

    /** A sequence of reads. Windows are counted over the whole file, from 0. */
    private static final class Sequence {
        /** The last window that was read. */
        long last;

        /** How many windows are fetched ahead of it. */
        int ahead;

        int used;

        /** Whether a read that begins there belongs to it. */
        boolean isFollowedBy(long first) {
            return first >= last && first <= last + ahead + 1;
        }
    }

    WindowedFile(TransferResources transferResources, ReadWindows windows, OpenFile file) {
        this.transferResources = transferResources;
        this.windows = windows;
        this.file = file;
        this.record = file.record();
        this.inChunk = Math.ceilDiv(record.chunkSize().bytes(), WINDOW);
        this.count = record.size() == 0 ? 0 : windowOf(record.size() - 1) + 1;
    }

    @Override
    public FileRecord record() {
        return record;
    }

    @Override
    public int read(long position, ByteBuffer target) throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        if (position < 0) {
            throw new IllegalArgumentException("a position is 0 or more, not " + position);
        }
        if (position >= record.size()) {
            return -1;
        }
        int length = (int) Math.min(target.remaining(), record.size() - position);
        if (length == 0) {
            return 0;
        }
        long first = windowOf(position);
        long last = windowOf(position + length - 1);
        fetchAhead(first + 1, last + ahead(first, last));
        long at = position;
        for (long each = first; each <= last; each++) {
            long window = each;
            byte[] bytes = windows.get(key(window), () -> fetch(window));
            int from = (int) (at - startOf(window));
            int some = (int) Math.min(bytes.length - from, position + length - at);
            target.put(bytes, from, some);
            at += some;
        }
        return length;
    }

    private void fetchAhead(long from, long to) {
        for (long window = from; window <= Math.min(to, count - 1); window++) {
            long each = window;
            windows.fetchAhead(key(each), () -> fetch(each), this::start);
        }
    }

    /** A reader that needs the window learns of its failure by itself. */
    private void start(Callable<byte[]> fetch) {
        Future<byte[]> ignored = transferResources.start(fetch);
    }

    /** How many windows to fetch ahead of a read of the windows {@code first} to {@code last}. */
    private synchronized int ahead(long first, long last) {
        uses++;
        Sequence oldest = null;
        for (int i = 0; i < SEQUENCES; i++) {
            Sequence sequence = sequences[i];
            if (sequence == null) {
                sequence = new Sequence();
                sequence.last = Long.MIN_VALUE / 2;
                sequences[i] = sequence;
            }
            if (sequence.isFollowedBy(first)) {
                if (last > sequence.last) {
                    sequence.last = last;
                    sequence.ahead = Math.clamp(2L * sequence.ahead, 1, MOST_AHEAD);
                }
                sequence.used = uses;
                return (int) (sequence.last + sequence.ahead - last);
            }
            if (oldest == null || sequence.used - oldest.used < 0) {
                oldest = sequence;
            }
        }
        java.util.Objects.requireNonNull(oldest).last = last;
        oldest.ahead = 0;
        oldest.used = uses;
        return 0;
    }

    private byte[] fetch(long window) {
        int number = chunkOf(window);
        int offset = (int) (startOf(window) - record.chunkSize().offsetOf(number));
        int length = Math.min(WINDOW, record.chunkLength(number) - offset);
        byte[] bytes = new byte[length];
        try (ChunkStream stream = ChunkStream.part(transferResources, file, number, offset, length)) {
            ByteBuffer piece = ByteBuffer.allocate(length);
            for (int at = 0; stream.next(piece); at += piece.limit()) {
                piece.get(0, bytes, at, piece.limit());
            }
        }
        return bytes;
    }

    private ReadWindows.Key key(long window) {
        return new ReadWindows.Key(record.chunk(chunkOf(window)).file(), chunkOf(window), (int) (window % inChunk));
    }

    private int chunkOf(long window) {
        return (int) (window / inChunk) + 1;
    }

    private long windowOf(long position) {
        ChunkSize chunkSize = record.chunkSize();
        long chunk = position / chunkSize.bytes();
        return chunk * inChunk + position % chunkSize.bytes() / WINDOW;
    }

    private long startOf(long window) {
        return record.chunkSize().offsetOf(chunkOf(window)) + window % inChunk * WINDOW;
    }

    @Override
    public void close() {
        closed = true;
    }
}
