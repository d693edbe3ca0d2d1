package io.trivet.chunk;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;

/**
 * A chunk's file under its temporary name, written from the start to the end by one thread. Until it is published nobody sees it, and closing it
 * leaves nothing.
 */
final class Draft implements AutoCloseable {
    private final Shelf shelf;
    private final ChunkHeader header;
    private final Path path;
    private final DiskFiles.OpenFile file;
    private long promised;
    private long end;
    private boolean named = true;
    private boolean closed;

    Draft(Shelf shelf, ChunkHeader header, Path path, DiskFiles.OpenFile file, long promised) {
        this.shelf = shelf;
        this.header = header;
        this.path = path;
        this.file = file;
        this.promised = promised;
    }

    /** Writes behind what there is. Not durable. */
    void append(ByteBuffer bytes) {
        int length = bytes.remaining();
        try {
            file.write(bytes, end);
        } catch (IOException e) {
            throw shelf.disk().failed(header.chunk(), e);
        }
        end += length;
        promised -= length;
        shelf.space().handBack(length);
    }

    /** Makes the bytes durable. A failure sends the file to quarantine at once and is never tried again (rule 11). */
    void sync() {
        try {
            file.sync();
        } catch (NoSpaceException | ClosedChannelException e) {
            throw shelf.disk().failed(header.chunk(), e);
        } catch (IOException e) {
            named = false;
            shelf.quarantine(path, header.chunk(), String.valueOf(e.getMessage()));
            throw shelf.disk().failed(header.chunk(), e);
        }
    }

    /** Gives the synced file its name. Durable on return, on a disk that serves; a failure leaves nothing under the name. */
    void publish() {
        try {
            shelf.publish(path, header.chunk(), header.slot(), end);
            named = false;
        } catch (IOException e) {
            throw shelf.disk().failed(header.chunk(), e);
        }
        if (!shelf.disk().serves()) {
            throw TrivetException.of(
                    Refusal.Kind.DISK_FAILED,
                    header.chunk().toString(),
                    "the disk was taken out meanwhile: " + shelf.disk().reason());
        }
    }

    /** Drops the file unless it was published. What cannot be dropped now is dropped at the next start. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        shelf.space().handBack(promised);
        try (DiskFiles.OpenFile _ = file) {
            if (named && shelf.disk().files().exists(path)) {
                shelf.disk().files().delete(path);
            }
        } catch (IOException e) {
            shelf.disk().suspect(e);
        }
    }
}
