package io.trivet.rescue;

import io.trivet.chunk.ChunkHeader;
import io.trivet.chunk.ChunkTrailer;
import io.trivet.model.Checksums;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.Sha256;
import io.trivet.model.Slot;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the disks hold of one file id. */
final class FoundFile {
    private final FileId id;
    private final NavigableMap<Integer, FoundChunk> chunks = new TreeMap<>();
    private @Nullable Shape shape;
    private String path = "";
    private boolean severalPaths;
    private boolean severalShapes;

    /** The file that takes its chunks from several contents, or some of those of one. */
    private final @Nullable FileRecord joined;

    FoundFile(FileId id) {
        this(id, null);
    }

    private FoundFile(FileId id, @Nullable FileRecord joined) {
        this.id = id;
        this.joined = joined;
    }

    /**
     * The chunks of a file that was changed or copied, from the contents that have them.
     *
     * @param contents what the disks hold of an id; null for nothing
     */
    static FoundFile joined(FileRecord record, Function<FileId, @Nullable FoundFile> contents) {
        FoundFile file = new FoundFile(record.id(), record);
        for (int number = 1; number <= record.chunkCount(); number++) {
            FoundFile content = contents.apply(record.chunk(number).file());
            FoundChunk chunk = content == null ? null : content.chunks.get(number);
            if (content != null && chunk != null) {
                file.chunks.put(number, chunk);
                file.severalShapes |= content.severalShapes;
            }
        }
        return file;
    }

    void add(ChunkTrailer trailer, ReplicaLocation replicaLocation) {
        ChunkHeader header = trailer.header();
        Shape said = new Shape(header.first(), header.chunkSize());
        if (shape == null) {
            shape = said;
            path = header.path().toString();
        }
        severalShapes |= !shape.equals(said);
        severalPaths |= !path.equals(header.path().toString());
        chunk(header.chunk().number()).add(trailer, replicaLocation);
    }

    /** Adds a replica that is known only by the name of its file. */
    void addDamaged(int number) {
        chunk(number);
    }

    FileId id() {
        return id;
    }

    /** The path at save time; empty if no trailer is sound. */
    String path() {
        return path;
    }

    /** Whether trailers give different paths; then the name is in doubt, but not the bytes. */
    boolean hasSeveralPaths() {
        return severalPaths;
    }

    /** By number. */
    NavigableMap<Integer, FoundChunk> chunks() {
        return chunks;
    }

    ChunkId idOf(int number) {
        return joined == null ? new ChunkId(id, number) : joined.chunk(number);
    }

    Slot slotOf(int number) {
        if (joined != null) {
            return joined.slotOf(number);
        }
        if (shape == null) {
            throw new IllegalStateException(id + ": no trailer is sound");
        }
        return shape.first().plus(number - 1L);
    }

    /** Bytes in the known chunks. */
    long bytes() {
        return chunks.values().stream()
                .filter(FoundChunk::isKnown)
                .mapToLong(chunk -> chunk.content().length())
                .sum();
    }

    /**
     * Compares the trailers with the record, which has the number of chunks and the checksums of
     * the whole.
     */
    FileVerdict verdict(FileRecord record) {
        if (chunks.isEmpty()) {
            return new FileVerdict.Incomplete(
                    ChunkNumberRanges.range(1, record.chunkCount()), ChunkNumberRanges.NONE, true);
        }
        return switch (wholeIfUpTo(record.chunkCount(), verdict())) {
            case FileVerdict.Whole whole
            when whole.size() == record.size() && whole.crc32c() == record.crc32c() && hasContentOf(record) -> whole;
            case FileVerdict.Whole whole
            when whole.size() == record.size() && whole.crc32c() == record.crc32c() ->
                new FileVerdict.Conflict(
                        "its chunks do not make the sha256 that the namespace says, " + record.sha256());
            case FileVerdict.Whole whole ->
                new FileVerdict.Conflict("its chunks make " + whole.size() + " bytes with crc32c "
                        + Checksums.text(whole.crc32c()) + ", the namespace says " + record.size() + " with "
                        + Checksums.text(record.crc32c()));
            case FileVerdict.Incomplete lacking
            when chunks.lastKey() > record.chunkCount() ->
                new FileVerdict.Conflict("there is a chunk " + chunks.lastKey() + ", the namespace says that "
                        + record.chunkCount() + " is the last");
            case FileVerdict.Incomplete lacking when joined != null -> lacking;
            case FileVerdict.Incomplete lacking ->
                new FileVerdict.Incomplete(
                        lacking.missing().and(ChunkNumberRanges.range(chunks.lastKey() + 1, record.chunkCount())),
                        lacking.bad(),
                        true);
            case FileVerdict.Conflict conflict -> conflict;
        };
    }

    /**
     * No chunk says that it is the last if the file was stored in pieces of one length; then the
     * record says it.
     */
    private FileVerdict wholeIfUpTo(int last, FileVerdict verdict) {
        return verdict instanceof FileVerdict.Incomplete lacking
                        && lacking.missing().isEmpty()
                        && lacking.bad().isEmpty()
                        && chunks.lastKey() == last
                ? new FileVerdict.Whole(bytes(), crc32c())
                : verdict;
    }

    FileVerdict verdict() {
        if (severalShapes) {
            return new FileVerdict.Conflict("its chunks disagree on the size of chunks or the slot of the first one");
        }
        ChunkNumberRanges.Builder contested = new ChunkNumberRanges.Builder();
        chunks.forEach((number, chunk) -> {
            if (chunk.isContested()) {
                contested.add(number);
            }
        });
        if (!contested.build().isEmpty()) {
            return new FileVerdict.Conflict(
                    "replicas of one chunk hold different content, and nothing says which is right: chunk "
                            + contested.build());
        }
        return verdictOnNumbers();
    }

    private FileVerdict verdictOnNumbers() {
        int greatest = chunks.lastKey();
        if (joined != null) {
            return verdictUpTo(joined.chunkCount(), joined.chunkCount());
        }
        int last = chunks.entrySet().stream()
                .filter(chunk -> chunk.getValue().isLast())
                .mapToInt(Map.Entry::getKey)
                .findFirst()
                .orElse(0);
        if (last != 0 && last != greatest) {
            return new FileVerdict.Conflict(
                    "chunk " + last + " says that it is the last, and there is a chunk " + greatest);
        }
        return verdictUpTo(last, greatest);
    }

    /**
     * The verdict on chunks 1 to {@code end}.
     *
     * @param last the number of the last chunk of the file; 0 if unknown
     */
    private FileVerdict verdictUpTo(int last, int end) {
        ChunkNumberRanges.Builder missing = new ChunkNumberRanges.Builder();
        ChunkNumberRanges.Builder bad = new ChunkNumberRanges.Builder();
        int before = 0;
        for (Map.Entry<Integer, FoundChunk> chunk : chunks.entrySet()) {
            missing.add(before + 1, chunk.getKey() - 1);
            if (!chunk.getValue().isKnown()) {
                bad.add(chunk.getKey());
            }
            before = chunk.getKey();
        }
        missing.add(before + 1, end);
        if (last == 0 || !missing.build().isEmpty() || !bad.build().isEmpty()) {
            return new FileVerdict.Incomplete(missing.build(), bad.build(), last != 0);
        }
        return new FileVerdict.Whole(bytes(), crc32c());
    }

    /** Whether the chunks' SHA-256 give the record's; true if one is unknown. */
    private boolean hasContentOf(FileRecord record) {
        List<Sha256> strong = chunks.values().stream()
                .flatMap(chunk -> Stream.ofNullable(chunk.content().sha256()))
                .toList();
        return strong.size() < chunks.size() || Sha256.agree(record.sha256(), Sha256.ofChunks(strong));
    }

    /** Of the whole file, combined from its chunks. */
    private int crc32c() {
        int whole = 0;
        for (FoundChunk chunk : chunks.values()) {
            whole = Checksums.combine(
                    whole, chunk.content().crc32c(), chunk.content().length());
        }
        return whole;
    }

    private FoundChunk chunk(int number) {
        return chunks.computeIfAbsent(number, _ -> new FoundChunk());
    }

    /** What all chunks of a file have in common. */
    private record Shape(Slot first, ChunkSize chunkSize) {}
}
