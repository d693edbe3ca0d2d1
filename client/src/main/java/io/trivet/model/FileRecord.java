package io.trivet.model;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
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
 * @param form what there is beside the record
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
        FileId content,
        Form form) {
    public static final int MAX_OWNER = 32;

    /** What there is beside a record. */
    public enum Form {
        /** The chunks of the file. An empty file of an earlier release has one, of length 0. */
        CHUNKS,
        /** Nothing: the file is empty. */
        EMPTY,
        /**
         * The target of a symbolic link, which is read with the attributes; {@code size} is its
         * length in bytes.
         */
        LINK
    }

    /** The most bytes of the target of a symbolic link. */
    public static final int MAX_LINK_BYTES = 4095;

    public FileRecord {
        chunkSize.chunksOf(size);
        if (form != Form.CHUNKS && !content.equals(id)) {
            throw new IllegalArgumentException("what has no chunks has not those of another file");
        }
        if (form == Form.EMPTY && size != 0) {
            throw new IllegalArgumentException("an empty file has no bytes");
        }
        if (form == Form.LINK && (size < 1 || size > MAX_LINK_BYTES)) {
            throw new IllegalArgumentException("the target of a link has 1 to " + MAX_LINK_BYTES + " bytes");
        }
        require(owner, mode);
    }

    /** Throws {@link IllegalArgumentException} for what is no owner or no mode. */
    static void require(String owner, int mode) {
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
        this(id, size, chunkSize, first, crc32c, modified, owner, mode, sha256, id, Form.CHUNKS);
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

    /** An empty file without a chunk. */
    public static FileRecord empty(FileId id, ChunkSize chunkSize, Instant modified, String owner, int mode) {
        Sha256 ofNothing = Sha256.ofChunks(List.of());
        return new FileRecord(id, 0, chunkSize, new Slot(0), 0, modified, owner, mode, ofNothing, id, Form.EMPTY);
    }

    /** A symbolic link. Throws {@link IllegalArgumentException} for what cannot be a target. */
    public static FileRecord link(
            FileId id, String target, ChunkSize chunkSize, Instant modified, String owner, int mode) {
        if (target.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("the target of a link has no zero byte");
        }
        int size = target.getBytes(StandardCharsets.UTF_8).length;
        return new FileRecord(id, size, chunkSize, new Slot(0), 0, modified, owner, mode, null, id, Form.LINK);
    }

    public boolean isLink() {
        return form == Form.LINK;
    }

    /** 0 if the record is all there is. */
    public int chunkCount() {
        return form == Form.CHUNKS ? chunkSize.chunksOf(size) : 0;
    }

    /** Bytes in chunk {@code number}, from 1. */
    public int chunkLength(int number) {
        requireChunk(number);
        return chunkSize.lengthOf(number, size);
    }

    public ChunkId chunk(int number) {
        requireChunk(number);
        return new ChunkId(content, number);
    }

    private void requireChunk(int number) {
        if (number < 1 || number > chunkCount()) {
            throw new IllegalArgumentException("a file of " + chunkCount() + " chunks has no chunk " + number);
        }
    }

    /** Whether the chunks were stored for another file. */
    public boolean isCopy() {
        return !content.equals(id);
    }

    /** The same content as another file, with its own owner, time and mode. */
    public FileRecord copiedAs(FileId copy, String by, Instant time, int permissions) {
        FileId chunks = form == Form.CHUNKS ? content : copy;
        return new FileRecord(copy, size, chunkSize, first, crc32c, time, by, permissions, sha256, chunks, form);
    }

    /** The content alone, as a file that has its id. */
    public FileRecord ofContent() {
        return new FileRecord(content, size, chunkSize, first, crc32c, modified, owner, mode, sha256, content, form);
    }

    /** With another time, owner and mode. */
    public FileRecord with(Instant time, String by, int permissions) {
        return new FileRecord(id, size, chunkSize, first, crc32c, time, by, permissions, sha256, content, form);
    }

    /** The slot of chunk {@code number} (from 1): {@code (first + number - 1) mod 2520}. */
    public Slot slotOf(int number) {
        return first.plus(number - 1L);
    }
}
