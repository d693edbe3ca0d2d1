package io.trivet.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the namespace keeps about one file: constant size, whatever the file's size. It names no
 * node: slots follow from {@code first}, nodes from the layout.
 *
 * @param id changes whenever the name gets another content, and stays when the file is renamed
 * @param size bytes in the file
 * @param first the slot of chunk 1
 * @param crc32c of the whole file
 * @param modified in nanoseconds; in milliseconds if an earlier release saved the file
 * @param owner at most {@link #MAX_OWNER} characters; empty if unknown
 * @param mode POSIX permission bits, 0 to 07777
 * @param sha256 of the whole file, see {@link Sha256}; null if an earlier release saved the file
 * @param content the id under which the chunks are stored: the file's own, or of the file of which
 *     this one is a copy
 */
public record FileRecord(
        FileId id,
        long size,
        ChunkSize chunkSize,
        Slot first,
        int crc32c,
        Instant modified,
        String owner,
        int mode,
        @Nullable Sha256 sha256,
        FileId content) {
    public static final int MAX_OWNER = 32;

    public FileRecord {
        chunkSize.chunksOf(size);
        if (owner.length() > MAX_OWNER) {
            throw new IllegalArgumentException("an owner is at most " + MAX_OWNER + " characters: " + owner);
        }
        if (mode < 0 || mode > 07777) {
            throw new IllegalArgumentException("a mode is 0 to 07777, not " + Integer.toOctalString(mode));
        }
    }

    /** With chunks of its own. */
    public FileRecord(
            FileId id,
            long size,
            ChunkSize chunkSize,
            Slot first,
            int crc32c,
            Instant modified,
            String owner,
            int mode,
            @Nullable Sha256 sha256) {
        this(id, size, chunkSize, first, crc32c, modified, owner, mode, sha256, id);
    }

    /** Without SHA-256. */
    public FileRecord(
            FileId id,
            long size,
            ChunkSize chunkSize,
            Slot first,
            int crc32c,
            Instant modified,
            String owner,
            int mode) {
        this(id, size, chunkSize, first, crc32c, modified, owner, mode, null);
    }

    public int chunkCount() {
        return chunkSize.chunksOf(size);
    }

    /** Bytes in chunk {@code number}, from 1. */
    public int chunkLength(int number) {
        return chunkSize.lengthOf(number, size);
    }

    public ChunkId chunk(int number) {
        chunkSize.lengthOf(number, size);
        return new ChunkId(content, number);
    }

    /** Whether the chunks were stored for another file. */
    public boolean isCopy() {
        return !content.equals(id);
    }

    /** The same content as another file, with its own owner, time and mode. */
    public FileRecord copiedAs(FileId copy, String by, Instant time, int permissions) {
        return new FileRecord(copy, size, chunkSize, first, crc32c, time, by, permissions, sha256, content);
    }

    /** The content alone, as a file that has its id. */
    public FileRecord ofContent() {
        return new FileRecord(content, size, chunkSize, first, crc32c, modified, owner, mode, sha256, content);
    }

    /** With another time and mode. */
    public FileRecord with(Instant time, int permissions) {
        return new FileRecord(id, size, chunkSize, first, crc32c, time, owner, permissions, sha256, content);
    }

    /** The slot of chunk {@code number} (from 1): {@code (first + number - 1) mod 2520}. */
    public Slot slotOf(int number) {
        return first.plus(number - 1L);
    }
}
