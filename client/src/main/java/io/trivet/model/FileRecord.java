package io.trivet.model;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the namespace keeps about one file: small, whatever the file's size, because it has at most
 * {@link #MAX_EXTENTS} extents. It names no node: slots follow from {@code first} and the extents,
 * nodes from the layout.
 *
 * @param id changes whenever the name gets another content, and stays when the file is renamed
 * @param size bytes in the file
 * @param first the slot of chunk 1 of {@code content}
 * @param crc32c of the whole file
 * @param modified in nanoseconds; in milliseconds if an earlier release saved the file
 * @param owner at most {@link #MAX_OWNER} characters; empty if unknown
 * @param mode POSIX permission bits, 0 to 07777
 * @param sha256 of the whole file, see {@link Sha256}; null if an earlier release saved the file
 * @param content the id under which the chunks are stored: the file's own, or of the file of which
 *     this one is a copy
 * @param form what there is beside the record
 * @param extents where the chunks of a file are that was changed; empty if all chunks are those of
 *     {@code content}, as after a save. At most {@link #MAX_EXTENTS}, so the record stays small.
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
        Form form,
        List<Extent> extents) {
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

    /** A record with so many has less than 2 KiB. */
    public static final int MAX_EXTENTS = 64;

    /** The most bytes of the target of a symbolic link. */
    public static final int MAX_LINK_BYTES = 4095;

    public FileRecord {
        extents = List.copyOf(extents);
        if (extents.size() == 1 || extents.size() > MAX_EXTENTS) {
            throw new IllegalArgumentException(
                    "a changed file has 2 to " + MAX_EXTENTS + " extents, not " + extents.size());
        }
        Extents.require(extents, chunkSize.chunksOf(size));
        if (!extents.isEmpty() && !content.equals(id)) {
            throw new IllegalArgumentException("a changed file has several contents, not that of " + content);
        }
        if (form != Form.CHUNKS && (!content.equals(id) || !extents.isEmpty())) {
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

    /** With all chunks of one content. */
    public FileRecord(
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
        this(id, size, chunkSize, first, crc32c, modified, owner, mode, sha256, content, Form.CHUNKS);
    }

    /** That was not changed. */
    public FileRecord(
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
        this(id, size, chunkSize, first, crc32c, modified, owner, mode, sha256, content, form, List.of());
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
        return new ChunkId(contentOf(number), number);
    }

    private void requireChunk(int number) {
        if (number < 1 || number > chunkCount()) {
            throw new IllegalArgumentException("a file of " + chunkCount() + " chunks has no chunk " + number);
        }
    }

    /** The id under which chunk {@code number} is stored. */
    private FileId contentOf(int number) {
        return extents.isEmpty() ? content : Extents.of(extents, number).content();
    }

    /** The slot of chunk 1 of the content that has chunk {@code number}. */
    public Slot firstOf(int number) {
        return extents.isEmpty() ? first : Extents.of(extents, number).first();
    }

    /** The ids under which its chunks are stored, each once; none if it has no chunk. */
    public List<FileId> contents() {
        return allExtents().stream().map(Extent::content).distinct().toList();
    }

    /** Extents that cover the file, also if all chunks are of one content; none if it has no chunk. */
    public List<Extent> allExtents() {
        if (chunkCount() == 0) {
            return List.of();
        }
        return extents.isEmpty() ? List.of(new Extent(1, content, first)) : extents;
    }

    /** The chunks of the {@code index}-th of {@link #allExtents}, from 0. */
    public ChunkRange rangeOf(int index) {
        List<Extent> all = allExtents();
        return new ChunkRange(
                all.get(index).from(),
                index + 1 < all.size() ? all.get(index + 1).from() - 1 : chunkCount());
    }

    /** Whether all chunks were stored for another file. */
    public boolean isCopy() {
        return !content.equals(id);
    }

    /** Whether its chunks are those of several contents. */
    public boolean isChanged() {
        return !extents.isEmpty();
    }

    /**
     * This file with other bytes in some chunks: a new file that shares the other chunks with this
     * one. Owner, mode and chunk size stay.
     *
     * @param changed the id of the new file, under which the new chunks are stored
     * @param firstSlot of this id
     * @param newChunkSize that of this file, unless it has no chunk
     * @param chunks the numbers of the new chunks, in order. A chunk that is not among them must have
     *     the same bytes in both files, so the same length.
     * @throws IllegalArgumentException if a chunk is missing, or there would be more than {@link
     *     #MAX_EXTENTS}
     */
    public FileRecord changed(
            FileId changed,
            Slot firstSlot,
            ChunkSize newChunkSize,
            List<ChunkRange> chunks,
            long newSize,
            int newCrc32c,
            @Nullable Sha256 newSha256,
            Instant time) {
        if (isLink() || (chunkCount() > 0 && !newChunkSize.equals(chunkSize))) {
            throw new IllegalArgumentException("a file keeps the size of its chunks");
        }
        int count = newSize == 0 ? 0 : newChunkSize.chunksOf(newSize);
        requireNew(chunks, newSize, count);
        if (count == 0) {
            return empty(changed, newChunkSize, time, owner, mode);
        }
        List<Extent> all = Extents.with(allExtents(), count, new Extent(1, changed, firstSlot), chunks);
        boolean one = all.size() == 1;
        return new FileRecord(
                changed,
                newSize,
                newChunkSize,
                one ? all.getFirst().first() : firstSlot,
                newCrc32c,
                time,
                owner,
                mode,
                newSha256,
                one ? all.getFirst().content() : changed,
                Form.CHUNKS,
                one ? List.of() : all);
    }

    /** The extents after a change of these chunks to a file of {@code count} chunks, also if too many. */
    public List<Extent> extentsWith(List<ChunkRange> chunks, int count) {
        // No file has this id.
        Extent changed = new Extent(1, new FileId(1, Long.MAX_VALUE), first);
        return Extents.with(allExtents(), count, changed, chunks);
    }

    /** Every chunk whose length differs from that in this file must be among the new ones. */
    private void requireNew(List<ChunkRange> chunks, long newSize, int count) {
        int before = 0;
        int added = 0;
        for (ChunkRange range : chunks) {
            if (range.from() <= before || range.to() > count) {
                throw new IllegalArgumentException("the new chunks are not in order, or not chunks of the file");
            }
            before = range.to();
            added += Math.max(0, range.to() - Math.max(range.from() - 1, chunkCount()));
        }
        int last = Math.min(count, chunkCount());
        boolean kept = last > 0 && chunks.stream().noneMatch(range -> range.contains(last));
        if (added != Math.max(0, count - chunkCount())
                || (kept && chunkLength(last) != chunkSize.lengthOf(last, newSize))) {
            throw new IllegalArgumentException("a chunk that the file had not, or not with this length, is missing");
        }
    }

    /** The same content as another file, with its own owner, time and mode. */
    public FileRecord copiedAs(FileId copy, String by, Instant time, int permissions) {
        FileId chunks = form == Form.CHUNKS && !isChanged() ? content : copy;
        return new FileRecord(
                copy, size, chunkSize, first, crc32c, time, by, permissions, sha256, chunks, form, extents);
    }

    /** For who may see the file and not read it: checksums would confirm a guess of its content. */
    public FileRecord withoutSums() {
        return new FileRecord(id, size, chunkSize, first, 0, modified, owner, mode, null, content, form, extents);
    }

    /** Whether the checksums are those of the file; false if they were left out for this reader. */
    public boolean hasSums() {
        return sha256 != null || crc32c != 0 || size == 0;
    }

    /** With another time, owner and mode. */
    public FileRecord with(Instant time, String by, int permissions) {
        return new FileRecord(
                id, size, chunkSize, first, crc32c, time, by, permissions, sha256, content, form, extents);
    }

    /**
     * The slot of chunk {@code number} (from 1): {@code (first + number - 1) mod 2520}, with the
     * first slot of the content that has the chunk.
     */
    public Slot slotOf(int number) {
        return firstOf(number).plus(number - 1L);
    }
}
