package io.trivet.client;

import io.trivet.file.ChecksummedLog;
import io.trivet.model.Checksums;
import io.trivet.model.ClusterId;
import io.trivet.model.FileRecord;
import io.trivet.model.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A load in progress, beside its target, with a list of the chunks that are in place. If it is
 * interrupted, both files stay, and the next load of the same record to the same target resumes. A
 * load of another record begins again.
 *
 * <pre>
 *   .trivet-load-HASH~         the bytes, each chunk in its place
 *   .trivet-load-HASH.list~    trivet-load 1 CLUSTER FILE_ID SIZE CRC32C FILE_KEY
 *                              chunk NUMBER CRC32C SHA256     an earlier release wrote no SHA256
 * </pre>
 *
 * <p>Nothing is fsynced and the list is not trusted: a chunk counts only after its bytes were read
 * back and have the checksum, and at the end the whole must have the record's checksum. HASH is of
 * the target's name, which may be as long as a file system allows.
 */
final class PartialLoad implements AutoCloseable {
    private static final Pattern CHUNK = Pattern.compile("chunk ([0-9]{1,9}) ([0-9a-f]{8})(?: ([0-9a-f]{64}))?");

    private final ChecksummedLog list;
    private final Path file;
    private final FileChannel channel;
    private final Map<Integer, NotedSums> noted;

    private PartialLoad(ChecksummedLog list, Path file, FileChannel channel, Map<Integer, NotedSums> noted) {
        this.list = list;
        this.file = file;
        this.channel = channel;
        this.noted = Map.copyOf(noted);
    }

    /**
     * Empty if it cannot be kept, or if another process loads to the same target; that load then
     * uses a temporary file that cannot be resumed.
     */
    static Optional<PartialLoad> open(Path target, ClusterId cluster, FileRecord record) {
        String name = ".trivet-load-" + SaveJournals.digest(String.valueOf(target.getFileName()));
        Optional<ChecksummedLog> list = ChecksummedLog.open(target.resolveSibling(name + ".list~"));
        if (list.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(open(list.get(), target.resolveSibling(name + "~"), cluster, record));
        } catch (IOException ignored) {
            list.get().close();
            return Optional.empty();
        }
    }

    private static PartialLoad open(ChecksummedLog list, Path file, ClusterId cluster, FileRecord record)
            throws IOException {
        String head = "trivet-load 1 " + cluster + " " + record.id() + " " + record.size() + " "
                + Checksums.text(record.crc32c()) + " ";
        List<String> lines = list.lines();
        boolean same = !lines.isEmpty()
                && Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                && ChecksummedLog.isOwn(file)
                && lines.getFirst().equals(head + ChecksummedLog.keyOf(file));
        if (same) {
            FileChannel channel = FileChannel.open(
                    file, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
            return new PartialLoad(list, file, channel, chunks(lines));
        }
        Files.deleteIfExists(file);
        FileChannel channel = FileChannel.open(
                file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        list.restart(head + ChecksummedLog.keyOf(file));
        return new PartialLoad(list, file, channel, Map.of());
    }

    /** Ignores lines of another form. */
    private static Map<Integer, NotedSums> chunks(List<String> lines) {
        Map<Integer, NotedSums> chunks = new HashMap<>();
        for (String line : lines.subList(1, lines.size())) {
            Matcher chunk = CHUNK.matcher(line);
            if (chunk.matches()) {
                Sha256 sha256 = chunk.group(3) == null ? null : Sha256.parse(chunk.group(3));
                chunks.put(
                        Integer.parseInt(chunk.group(1)),
                        new NotedSums(HexFormat.fromHexDigits(chunk.group(2)), sha256));
            }
        }
        return chunks;
    }

    /** Whether no chunk is in place from an earlier try. */
    boolean isNew() {
        return noted.isEmpty();
    }

    Path file() {
        return file;
    }

    FileChannel channel() {
        return channel;
    }

    /** The chunks that the list names, for a file of {@code count} chunks. */
    List<Integer> noted(int count) {
        return noted.keySet().stream()
                .filter(number -> number >= 1 && number <= count)
                .sorted()
                .toList();
    }

    /** Reads a chunk back. Returns its checksums if they are those of the list. */
    Optional<ContentSums> verified(FileRecord record, int number, ByteBuffer buffer) throws IOException {
        NotedSums expected = noted.get(number);
        if (expected == null) {
            return Optional.empty();
        }
        int length = record.chunkLength(number);
        int crc = 0;
        Sha256.Hasher hasher = new Sha256.Hasher();
        for (int offset = 0; offset < length; offset += buffer.limit()) {
            buffer.clear().limit(Math.min(buffer.capacity(), length - offset));
            for (long at = record.chunkSize().offsetOf(number) + offset; buffer.hasRemaining(); ) {
                int read = channel.read(buffer, at);
                if (read < 0) {
                    return Optional.empty();
                }
                at += read;
            }
            buffer.flip();
            crc = Checksums.combine(crc, Checksums.of(buffer), buffer.limit());
            hasher.update(buffer);
        }
        ContentSums found = new ContentSums(crc, hasher.finish());
        return expected.agreesWith(found) ? Optional.of(found) : Optional.empty();
    }

    /** Records that a chunk is in place. */
    void placed(int number, ContentSums sums) {
        list.append("chunk " + number + " " + Checksums.text(sums.crc32c()) + " " + sums.sha256());
    }

    /** Deletes both files. Call before {@link #close}, while this process holds the lock. */
    void delete() {
        list.delete();
        try {
            Files.deleteIfExists(file);
        } catch (IOException ignored) {
            // The name shows that it is a temporary file.
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException ignored) {
            // The bytes were read back, or the next load will do so.
        }
        list.close();
    }
}
