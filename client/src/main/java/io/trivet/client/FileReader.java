package io.trivet.client;

import io.trivet.model.ChunkSize;
import io.trivet.model.FileRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A file open for reading. Sequential reads stream; a seek begins a new stream at the block that
 * holds the position. Holds one piece in memory.
 */
final class FileReader implements RemoteInput {
    private static final Duration BUFFER_LIMIT = Duration.ofSeconds(60);

    private final TransferResources transferResources;
    private final OpenFile file;
    private final FileRecord record;
    private final Progress progress;
    private final ByteBuffer piece;
    private @Nullable ChunkStream stream;
    private long pieceStart;
    private int pieceLength;
    private long position;
    private boolean open = true;

    FileReader(TransferResources transferResources, OpenFile file, Progress progress) {
        this.transferResources = transferResources;
        this.file = file;
        this.record = file.record();
        this.progress = progress;
        this.piece = transferResources.buffers.take(BUFFER_LIMIT);
    }

    @Override
    public FileRecord record() {
        return record;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        checkOpen();
        if (position >= record.size()) {
            return -1;
        }
        if (position < pieceStart || position >= pieceStart + pieceLength) {
            fetch();
        }
        int from = (int) (position - pieceStart);
        int some = Math.min(target.remaining(), pieceLength - from);
        target.put(piece.slice(from, some));
        position += some;
        return some;
    }

    /** Fetches the piece that holds the position. */
    private void fetch() {
        int number = (int) (position / record.chunkSize().bytes()) + 1;
        long chunkStart = record.chunkSize().offsetOf(number);
        boolean goesOn = stream != null && position == pieceStart + pieceLength && position > chunkStart;
        if (!goesOn) {
            int inChunk = (int) (position - chunkStart);
            closeStream();
            stream = new ChunkStream(
                    transferResources, file, number, inChunk - inChunk % ChunkSize.BLOCK_BYTES, progress);
        }
        ChunkStream source = java.util.Objects.requireNonNull(stream);
        long start = chunkStart + source.position();
        pieceLength = 0;
        if (!source.next(piece)) {
            throw new IllegalStateException("chunk " + number + " ended before the position " + position);
        }
        pieceStart = start;
        pieceLength = piece.remaining();
    }

    private void closeStream() {
        ChunkStream source = stream;
        stream = null;
        if (source != null) {
            source.close();
        }
    }

    @Override
    public long position() throws IOException {
        checkOpen();
        return position;
    }

    @Override
    public SeekableByteChannel position(long newPosition) throws IOException {
        checkOpen();
        if (newPosition < 0) {
            throw new IllegalArgumentException("a position is 0 or more, not " + newPosition);
        }
        position = newPosition;
        return this;
    }

    @Override
    public long size() throws IOException {
        checkOpen();
        return record.size();
    }

    @Override
    public int write(ByteBuffer source) {
        throw new NonWritableChannelException();
    }

    @Override
    public SeekableByteChannel truncate(long size) {
        throw new NonWritableChannelException();
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    private void checkOpen() throws ClosedChannelException {
        if (!open) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            closeStream();
            transferResources.buffers.giveBack(piece);
        }
    }
}
