package io.trivet.chunk;

import io.trivet.chunk.VolumeFormat.Entry;
import io.trivet.chunk.VolumeFormat.VolumeHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The contents of a sealed volume: written once behind its records, read at a start. */
final class VolumeContents {
    private static final int PIECE = 2048 * VolumeFormat.ENTRY_BYTES;

    private VolumeContents() {}

    /**
     * Seals a volume whose records are durable up to its end. If this fails, the volume stays as
     * good as it was; a start then reads all of it.
     */
    static void seal(DiskFiles.OpenFile file, Volume volume, VolumeIndex index) throws IOException {
        synchronized (volume.marking()) {
            int count = writeEntries(file, volume, index);
            volume.entries(count);
            VolumeHeader header = new VolumeHeader(volume.id(), volume.number(), true, volume.end(), count);
            file.write(header.encode(), 0);
        }
        file.syncData();
    }

    private static int writeEntries(DiskFiles.OpenFile file, Volume volume, VolumeIndex index) throws IOException {
        List<Entry> entries = new ArrayList<>();
        index.eachIn(
                volume.number(),
                (chunk, slot, place) -> entries.add(
                        new Entry(chunk, slot, false, RecordPlace.position(place), RecordPlace.bytes(place))));
        entries.sort(Comparator.comparingLong(Entry::position));
        ByteBuffer piece = ByteBuffer.allocate(PIECE);
        long at = volume.end();
        for (Entry entry : entries) {
            piece.put(VolumeFormat.encode(entry, volume.id()));
            if (!piece.hasRemaining()) {
                at += write(file, piece, at);
            }
        }
        write(file, piece, at);
        return entries.size();
    }

    private static int write(DiskFiles.OpenFile file, ByteBuffer piece, long at) throws IOException {
        int length = piece.flip().remaining();
        if (length > 0) {
            file.write(piece, at);
        }
        piece.clear();
        return length;
    }

    /** Passes every entry; false, perhaps after some, if the contents are damaged. */
    static boolean read(DiskFiles.OpenFile file, VolumeHeader header, EntryVisitor visitor) throws IOException {
        long left = (long) header.entries() * VolumeFormat.ENTRY_BYTES;
        for (long at = header.end(); left > 0; at += PIECE) {
            ByteBuffer piece = VolumeFormat.read(file, at, (int) Math.min(PIECE, left));
            if (piece.remaining() < Math.min(PIECE, left)) {
                return false;
            }
            left -= piece.remaining();
            for (int offset = 0; offset < piece.limit(); offset += VolumeFormat.ENTRY_BYTES) {
                Optional<Entry> entry = VolumeFormat.entry(piece.slice(offset, VolumeFormat.ENTRY_BYTES), header.id());
                if (entry.isEmpty() || entry.get().position() + entry.get().bytes() > header.end()) {
                    return false;
                }
                visitor.visit(entry.get());
            }
        }
        return true;
    }

    /** Marks the entry of the record at a position as removed, if there is one. */
    static void remove(DiskFiles.OpenFile file, Volume volume, long position) throws IOException {
        int low = 0;
        int high = volume.entries() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            long at = volume.end() + (long) middle * VolumeFormat.ENTRY_BYTES;
            ByteBuffer bytes = VolumeFormat.read(file, at, VolumeFormat.ENTRY_BYTES);
            Optional<Entry> entry = bytes.remaining() < VolumeFormat.ENTRY_BYTES
                    ? Optional.empty()
                    : VolumeFormat.entry(bytes, volume.id());
            if (entry.isEmpty()) {
                return;
            }
            Entry found = entry.get();
            if (found.position() == position) {
                Entry removed = new Entry(found.chunk(), found.slot(), true, position, found.bytes());
                file.write(VolumeFormat.encode(removed, volume.id()), at);
                return;
            }
            if (found.position() < position) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
    }

    /** Receives one entry. */
    @FunctionalInterface
    interface EntryVisitor {
        void visit(Entry entry) throws IOException;
    }
}
