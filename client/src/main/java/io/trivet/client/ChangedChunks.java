package io.trivet.client;

import io.trivet.model.ChunkRange;
import io.trivet.model.ChunkSize;
import io.trivet.model.Command;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of a file that change, each whole, at their own positions in a sparse temporary file. A
 * chunk of which only a part is written is read from the file first.
 */
final class ChangedChunks implements AutoCloseable {
    private final RemoteFile before;
    private final ChunkSize chunkSize;
    private final FileChannel spool;
    private final NavigableSet<Integer> changed = new TreeSet<>();
    private long size;

    /** So many bytes of the file before may still be in the result; after them it was cut. */
    private long kept;

    /** A change has thrown, so a chunk may not have all of its bytes. */
    private boolean broken;

    /**
     * @param chunkSize that of the file, unless it has no chunk
     * @param directory for the temporary file; null for the system's
     */
    ChangedChunks(RemoteFile before, ChunkSize chunkSize, @Nullable Path directory) throws IOException {
        this.before = before;
        this.chunkSize = chunkSize;
        this.size = before.record().size();
        this.kept = size;
        Path path = directory == null
                ? Files.createTempFile("trivet-edit", "")
                : Files.createTempFile(directory, "trivet-edit", "");
        this.spool = FileChannel.open(
                path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
    }

    long size() {
        return size;
    }

    void write(long position, ByteBuffer bytes) throws IOException {
        if (position < 0) {
            throw new IllegalArgumentException("a position is 0 or more, not " + position);
        }
        if (!bytes.hasRemaining()) {
            return;
        }
        if (position > size) {
            truncate(position);
        }
        begin();
        long end = position + bytes.remaining();
        long at = position;
        while (at < end) {
            int number = numberOf(at);
            long begin = chunkSize.offsetOf(number);
            long next = Math.min(end, begin + chunkSize.bytes());
            boolean whole = at == begin && next >= Math.min(kept, begin + chunkSize.bytes());
            take(number, whole);
            at = next;
        }
        for (at = position; bytes.hasRemaining(); ) {
            at += spool.write(bytes, at);
        }
        size = Math.max(size, end);
        broken = false;
    }

    private void begin() {
        requireSound();
        broken = true; // until the change is complete
    }

    /** Throws {@link IllegalStateException} after a change that failed. */
    void requireSound() {
        if (broken) {
            throw new IllegalStateException("an earlier change of this edit failed: open the file again");
        }
    }

    /** More could not be committed at once. */
    private void requireRoom(long more) {
        if (changed.size() + more > Command.MAX_PROVEN) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST,
                    "",
                    "at most " + Command.MAX_PROVEN + " chunks are changed at once: save it anew");
        }
    }

    void truncate(long length) throws IOException {
        if (length < 0) {
            throw new IllegalArgumentException("a size is 0 or more, not " + length);
        }
        if (length == size) {
            return;
        }
        begin();
        // The chunk in which the file ends becomes shorter or longer.
        int last = Math.min(count(length), count(size));
        if (last > 0 && chunkSize.lengthOf(last, length) != chunkSize.lengthOf(last, size)) {
            take(last, false);
        }
        if (length < size) {
            changed.tailSet(count(length), false).clear();
            spool.truncate(length);
            kept = Math.min(kept, length);
        } else {
            requireRoom((long) count(length) - count(size));
            for (int number = count(size) + 1; number <= count(length); number++) {
                changed.add(number);
            }
        }
        size = length;
        broken = false;
    }

    /** Has the bytes of a chunk read from the file before, if it is not here yet. */
    private void take(int number, boolean whole) throws IOException {
        if (changed.contains(number)) {
            return;
        }
        requireRoom(1);
        if (whole) {
            changed.add(number);
            return;
        }
        long at = chunkSize.offsetOf(number);
        long end = Math.min(kept, at + chunkSize.bytes());
        ByteBuffer buffer = ByteBuffer.allocate(Math.clamp(end - at, 0, ReadWindows.WINDOW_BYTES));
        while (at < end) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
            if (before.read(at, buffer) < 0) {
                throw new EOFException("the file ended too early");
            }
            buffer.flip();
            while (buffer.hasRemaining()) {
                at += spool.write(buffer, at);
            }
        }
        changed.add(number);
    }

    /** Makes a chunk one of the changed ones although its bytes stay. */
    void include(ChunkRange chunks) throws IOException {
        begin();
        requireRoom(missing(chunks));
        for (int number = chunks.from(); number <= chunks.to(); number++) {
            take(number, false);
        }
        broken = false;
    }

    /** How many chunks would change if these did too. */
    int countWith(ChunkRange chunks) {
        return changed.size() + missing(chunks);
    }

    /** How many of these chunks do not change yet. */
    private int missing(ChunkRange chunks) {
        return chunks.count()
                - changed.subSet(chunks.from(), true, chunks.to(), true).size();
    }

    private int numberOf(long position) {
        return Math.toIntExact(position / chunkSize.bytes()) + 1;
    }

    /** An empty file has no chunk. */
    private int count(long length) {
        return length == 0 ? 0 : chunkSize.chunksOf(length);
    }

    /** The number of chunks of the result. */
    int last() {
        return count(size);
    }

    boolean isEmpty() {
        return changed.isEmpty();
    }

    ChunkSize chunkSize() {
        return chunkSize;
    }

    boolean has(int number) {
        return changed.contains(number);
    }

    /** The numbers of the changed chunks, in order. */
    List<Integer> numbers() {
        return List.copyOf(changed);
    }

    List<ChunkRange> ranges() {
        List<ChunkRange> ranges = new ArrayList<>();
        for (int number : changed) {
            boolean follows = !ranges.isEmpty() && ranges.getLast().to() == number - 1;
            ranges.add(new ChunkRange(follows ? ranges.removeLast().from() : number, number));
        }
        return ranges;
    }

    /** Reads bytes of a changed chunk. What was never written is zero. */
    void read(int number, int offset, ByteBuffer target) throws IOException {
        long at = chunkSize.offsetOf(number) + offset;
        while (target.hasRemaining()) {
            int some = spool.read(target, at);
            if (some < 0) {
                target.put(new byte[target.remaining()]);
                return;
            }
            at += some;
        }
    }

    @Override
    public void close() throws IOException {
        try (before) {
            spool.close();
        }
    }
}
