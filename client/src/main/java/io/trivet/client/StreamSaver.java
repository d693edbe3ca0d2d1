package io.trivet.client;

import io.trivet.model.Attributes;
import io.trivet.model.ChunkSize;
import io.trivet.model.FileRecord;
import io.trivet.model.Sha256;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Saves bytes as they are written. The file gets an id when its first chunk is sent; without a byte
 * it needs no chunk. A chunk is gathered in memory, because it may have to be sent
 * again, while the previous one is sent: two chunks of memory, whatever the length.
 */
final class StreamSaver extends RemoteOutput {
    private static final int SMALLEST = 4 << 10;

    private final TransferResources transferResources;
    private final Session session;
    private final Supplier<FileIds.Reserved> id;
    private final Progress progress;
    private @Nullable SaveInProgress begun;
    private final long beginNanos = System.nanoTime();
    private final Deque<ByteBuffer> spare = new ArrayDeque<>();
    private final int chunkBytes;
    private ByteBuffer gathering;
    private int number = 1;
    private @Nullable Future<Void> underWay;
    private final SaveTarget target;
    private boolean finished;
    private Function<Sha256, Attributes> attributes = sha256 -> Attributes.NONE;

    /** A write has thrown, so the writer knows. */
    private boolean failed;

    StreamSaver(
            TransferResources transferResources,
            Session session,
            Supplier<FileIds.Reserved> id,
            ChunkSize chunkSize,
            SaveTarget target,
            long expectedBytes,
            Progress progress) {
        this.transferResources = transferResources;
        this.session = session;
        this.id = id;
        this.target = target;
        this.progress = progress;
        progress.started(-1);
        this.chunkBytes = chunkSize.bytes();
        this.gathering = ByteBuffer.allocate(Math.clamp(expectedBytes, SMALLEST, chunkBytes));
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        java.util.Objects.checkFromIndexSize(offset, length, bytes.length);
        if (finished) {
            throw new IOException("the stream is closed");
        }
        failed = true; // until all bytes are taken
        int at = offset;
        while (at < offset + length) {
            if (!gathering.hasRemaining() && gathering.capacity() < chunkBytes) {
                grow(); // more comes than was expected
            } else if (!gathering.hasRemaining()) {
                send(false);
            }
            int some = Math.min(gathering.remaining(), offset + length - at);
            gathering.put(bytes, at, some);
            at += some;
        }
        failed = false;
    }

    private void grow() {
        gathering = ByteBuffer.allocate((int) Math.min(2L * gathering.capacity(), chunkBytes))
                .put(gathering.flip());
    }

    /**
     * Sends a full chunk only when another byte follows, because the last chunk must be marked as
     * last.
     */
    private void send(boolean last) throws IOException {
        awaitChunk();
        ByteBuffer bytes = gathering.flip();
        int chunk = number++;
        SaveInProgress save = save();
        underWay = transferResources.start(() -> {
            save.store(
                    chunk,
                    bytes.remaining(),
                    last,
                    (offset, buffer) -> buffer.put(bytes.slice(offset, buffer.remaining())));
            return null;
        });
        if (!last) {
            gathering = spare.isEmpty()
                    ? ByteBuffer.allocate(bytes.capacity())
                    : spare.pop().clear();
            spare.push(bytes);
        }
    }

    private SaveInProgress save() {
        SaveInProgress save = begun;
        if (save == null) {
            save = new SaveInProgress(transferResources, session, target, id.get(), progress);
            begun = save;
        }
        return save;
    }

    private void awaitChunk() throws IOException {
        Future<Void> sending = underWay;
        if (sending == null) {
            return;
        }
        underWay = null;
        try {
            sending.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException io -> throw io;
                case TrivetException refused -> throw refused;
                case null, default -> throw new IllegalStateException(e);
            }
        } catch (InterruptedException ignored) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped while a chunk was on its way");
        }
    }

    @Override
    public void setAttributes(Function<Sha256, Attributes> attributes) {
        this.attributes = attributes;
    }

    @Override
    public SaveSummary commit(MetadataChange metadata) throws IOException {
        if (finished) {
            throw new IOException("the stream is closed");
        }
        failed = true;
        if (begun == null && gathering.position() == 0) {
            FileRecord record = target.createEmpty(session, kept(metadata, Sha256.ofChunks(List.of())));
            finished = true;
            return new SaveSummary(record, duration());
        }
        send(true);
        awaitChunk();
        SaveInProgress save = save();
        FileRecord record = save.commit(kept(metadata, save.sha256()));
        finished = true;
        return new SaveSummary(record, save.replicas(), save.nodes(), duration());
    }

    private SaveInProgress.Metadata kept(MetadataChange metadata, Sha256 sha256) {
        return SaveInProgress.Metadata.at(Instant.now())
                .with(attributes.apply(sha256))
                .changed(metadata);
    }

    private Duration duration() {
        return Duration.ofNanos(System.nanoTime() - beginNanos);
    }

    @Override
    public void abort() {
        if (!finished) {
            finished = true;
            try {
                awaitChunk();
            } catch (IOException | TrivetException ignored) {
                // The save is abandoned, so the failure of its chunk does not matter.
            } finally {
                if (begun != null) {
                    begun.close();
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        boolean forgotten = !finished && !failed;
        abort();
        if (forgotten) {
            throw new IOException(
                    target
                            + ": nothing was saved, because the stream was closed without commit(); call abort() before close() if that is intended");
        }
    }
}
