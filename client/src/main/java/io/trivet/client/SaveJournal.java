package io.trivet.client;

import io.trivet.file.ChecksummedLog;
import io.trivet.model.Checksums;
import io.trivet.model.FileId;
import io.trivet.model.Sha256;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The journal from which a later save of the same source and target resumes: the source's identity,
 * the file id, and the checksums of the stored chunks.
 *
 * <pre>
 *   trivet-save 1 SIZE MODIFIED_NANOS FILE_KEY FILE_ID RESUME_KEY
 *   chunk NUMBER CRC32C SHA256     for each chunk that R nodes have; an earlier release wrote no SHA256
 * </pre>
 *
 * <p>It is not trusted: the source is read again, the nodes are asked again, and both must agree
 * with it (rule 1). It holds the key to the open save, so only its owner may read it.
 */
final class SaveJournal implements AutoCloseable {
    private static final String VERSION = "trivet-save 1 ";

    private final ChecksummedLog log;

    SaveJournal(ChecksummedLog log) {
        this.log = log;
    }

    /**
     * An interrupted save of what is apparently the same source.
     *
     * @param checksums of its chunks, as far as they were acknowledged
     */
    record Past(FileId file, long resumeKey, Map<Integer, NotedSums> checksums) {
        Past {
            checksums = Map.copyOf(checksums);
        }
    }

    /** The interrupted save, if the source has the same size, time of modification and identity. */
    Optional<Past> past(BasicFileAttributes source) {
        List<String> lines = log.lines();
        String same = VERSION + identity(source) + " ";
        if (lines.isEmpty() || !lines.getFirst().startsWith(same)) {
            return Optional.empty();
        }
        try {
            String[] words = lines.getFirst().substring(same.length()).split(" ", -1);
            Map<Integer, NotedSums> checksums = new HashMap<>();
            for (String line : lines.subList(1, lines.size())) {
                String[] chunk = line.split(" ", -1);
                Sha256 sha256 = chunk.length > 3 ? Sha256.parse(chunk[3]) : null;
                checksums.put(Integer.parseInt(chunk[1]), new NotedSums(HexFormat.fromHexDigits(chunk[2]), sha256));
            }
            return Optional.of(new Past(FileId.parse(words[0]), HexFormat.fromHexDigitsToLong(words[1]), checksums));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException ignored) {
            return Optional.empty();
        }
    }

    /** Starts the journal of a save with this id. */
    void begin(BasicFileAttributes source, FileId file, long resumeKey) {
        log.restart(
                VERSION + identity(source) + " " + file + " " + HexFormat.of().toHexDigits(resumeKey));
    }

    /** Records that R nodes have this chunk. */
    void stored(int number, ContentSums sums) {
        log.append("chunk " + number + " " + Checksums.text(sums.crc32c()) + " " + sums.sha256());
    }

    /** Deletes the journal after a commit or when the save is abandoned. */
    void delete() {
        log.delete();
    }

    private static String identity(BasicFileAttributes source) {
        String key = String.valueOf(source.fileKey()).replaceAll("\\s", "_");
        return source.size() + " " + source.lastModifiedTime().to(TimeUnit.NANOSECONDS) + " " + key;
    }

    @Override
    public void close() {
        log.close();
    }
}
