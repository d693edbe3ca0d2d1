package io.trivet.chunk;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;

/** A small chunk that arrives: in memory until it is published as one record of a volume. */
final class PendingRecord implements PendingChunk {
    private final DiskStore diskStore;
    private final ChunkHeader header;
    private final ByteBuffer record;
    private final long promised;
    private boolean closed;

    /** @param promised bytes reserved on the disk */
    PendingRecord(DiskStore diskStore, ChunkHeader header, long promised) {
        this.diskStore = diskStore;
        this.header = header;
        this.promised = promised;
        this.record = ByteBuffer.allocate((int) promised).position(VolumeFormat.UNIT);
    }

    /** Bytes of the record of a chunk with this header. */
    static int bytes(ChunkHeader header) {
        return VolumeFormat.recordBytes(header.length() + ChunkFormat.trailerBytes(header));
    }

    @Override
    public void append(ByteBuffer bytes) {
        if (Thread.currentThread().isInterrupted()) {
            throw new IllegalStateException(header.chunk() + ": a thread was interrupted in it");
        }
        record.put(bytes);
    }

    @Override
    public void sync() {
        // Nothing is on the disk yet.
    }

    /** If it fails, the volume is not trusted any further, and the fsync never repeated (rule 11). */
    @Override
    public void publish() {
        record.flip();
        try {
            diskStore
                    .volumes()
                    .append(new VolumeAppender.Append(header.chunk(), header.slot(), header.length(), record));
        } catch (NoSpaceException | ReadOnlyException | SystemBusyException | ClosedChannelException e) {
            throw diskStore.disk().failed(header.chunk(), e);
        } catch (IOException e) {
            diskStore
                    .disk()
                    .lost(new StoreLoss.Replica(
                            diskStore.disk().tree().root(), header.chunk(), String.valueOf(e.getMessage())));
            throw diskStore.disk().failed(header.chunk(), e);
        }
        if (!diskStore.disk().serves()) {
            throw TrivetException.of(
                    Refusal.Kind.DISK_FAILED,
                    header.chunk().toString(),
                    "the disk was taken out meanwhile: " + diskStore.disk().reason());
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            diskStore.ended(promised);
        }
    }
}
