package io.trivet.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the namespace keeps about one file: constant size, whatever the file's size. It names no
 * node: slots follow from {@code first}, nodes from the layout.
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
        List<Extent> extents) {
    public static final int MAX_OWNER = 32;

    /** A record with so many has less than 2 KiB. */
    public static final int MAX_EXTENTS = 64;

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
        this(id, size, chunkSize, first, crc32c, modified, owner, mode, sha256, content, List.of());
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
        return new ChunkId(contentOf(number), number);
    }

    /** The id under which chunk {@code number} is stored. */
    private FileId contentOf(int number) {
        return extents.isEmpty() ? content : Extents.of(extents, number).content();
    }

    /** The slot of chunk 1 of the content that has chunk {@code number}. */
    public Slot firstOf(int number) {
        return extents.isEmpty() ? first : Extents.of(extents, number).first();
    }

    /** The ids under which its chunks are stored, each once. */
    public List<FileId> contents() {
        return extents.isEmpty()
                ? List.of(content)
                : extents.stream().map(Extent::content).distinct().toList();
    }

    /** One or more extents that cover the file, also if all chunks are of one content. */
    public List<Extent> allExtents() {
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
     * @param chunks the numbers of the new chunks, in order. A chunk that is not among them must have
     *     the same bytes in both files, so the same length.
     * @throws IllegalArgumentException if a chunk is missing, or there would be more than {@link
     *     #MAX_EXTENTS}
     */
    public FileRecord changed(
            FileId changed,
            Slot firstSlot,
            List<ChunkRange> chunks,
            long newSize,
            int newCrc32c,
            @Nullable Sha256 newSha256,
            Instant time) {
        int count = chunkSize.chunksOf(newSize);
        requireNew(chunks, newSize, count);
        List<Extent> all = Extents.with(allExtents(), count, new Extent(1, changed, firstSlot), chunks);
        boolean one = all.size() == 1;
        return new FileRecord(
                changed,
                newSize,
                chunkSize,
                one ? all.getFirst().first() : firstSlot,
                newCrc32c,
                time,
                owner,
                mode,
                newSha256,
                one ? all.getFirst().content() : changed,
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
        boolean kept = chunks.stream().noneMatch(range -> range.contains(last));
        if (added != Math.max(0, count - chunkCount())
                || (kept && chunkLength(last) != chunkSize.lengthOf(last, newSize))) {
            throw new IllegalArgumentException("a chunk that the file had not, or not with this length, is missing");
        }
    }

    /** The same content as another file, with its own owner, time and mode. */
    public FileRecord copiedAs(FileId copy, String by, Instant time, int permissions) {
        return new FileRecord(
                copy,
                size,
                chunkSize,
                first,
                crc32c,
                time,
                by,
                permissions,
                sha256,
                isChanged() ? copy : content,
                extents);
    }

    /** With another time and mode. */
    public FileRecord with(Instant time, int permissions) {
        return new FileRecord(id, size, chunkSize, first, crc32c, time, owner, permissions, sha256, content, extents);
    }

    /**
     * The slot of chunk {@code number} (from 1): {@code (first + number - 1) mod 2520}, with the
     * first slot of the content that has the chunk.
     */
    public Slot slotOf(int number) {
        return firstOf(number).plus(number - 1L);
    }
}
