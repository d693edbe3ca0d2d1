package io.trivet.chunk;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;

/**
 * A chunk's file under its temporary name, written from start to end by one thread. It is invisible
 * until it is published; closing it unpublished deletes it.
 */
final class PendingFile implements PendingChunk {
    private final DiskStore diskStore;
    private final ChunkHeader header;
    private final Path path;
    private final DiskFiles.OpenFile file;
    private long promised;
    private long end;
    private boolean named = true;
    private boolean closed;

    PendingFile(DiskStore diskStore, ChunkHeader header, Path path, DiskFiles.OpenFile file, long promised) {
        this.diskStore = diskStore;
        this.header = header;
        this.path = path;
        this.file = file;
        this.promised = promised;
    }

    /** Appends. Not durable. */
    @Override
    public void append(ByteBuffer bytes) {
        int length = bytes.remaining();
        try {
            file.write(bytes, end);
        } catch (IOException e) {
            throw diskStore.disk().failed(header.chunk(), e);
        }
        end += length;
        promised -= length;
        diskStore.space().handBack(length);
    }

    /**
     * Makes the bytes durable. If it fails, the file goes to quarantine at once, and the fsync is
     * never repeated (rule 11).
     */
    @Override
    public void sync() {
        try {
            file.sync();
        } catch (NoSpaceException | ClosedChannelException e) {
            throw diskStore.disk().failed(header.chunk(), e);
        } catch (IOException e) {
            named = false;
            diskStore.quarantine(path, header.chunk(), String.valueOf(e.getMessage()));
            throw diskStore.disk().failed(header.chunk(), e);
        }
    }

    /**
     * Gives the synced file its name. Durable on return, on a disk that serves; a failure leaves
     * nothing under the name.
     */
    @Override
    public void publish() {
        try {
            diskStore.publish(path, header.chunk(), header.slot(), end);
            named = false;
        } catch (IOException e) {
            throw diskStore.disk().failed(header.chunk(), e);
        }
        if (!diskStore.disk().serves()) {
            throw TrivetException.of(
                    Refusal.Kind.DISK_FAILED,
                    header.chunk().toString(),
                    "the disk was taken out meanwhile: " + diskStore.disk().reason());
        }
    }

    /** Deletes the file unless it was published. If that fails, the next start deletes it. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try (DiskFiles.OpenFile _ = file) {
            if (named && diskStore.disk().files().exists(path)) {
                diskStore.disk().files().delete(path);
            }
        } catch (IOException e) {
            diskStore.disk().suspect(e);
        } finally {
            diskStore.ended(promised);
        }
    }
}
