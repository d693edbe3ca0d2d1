package io.trivet.wire.protocol;

import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.RemotePath;
import io.trivet.model.Sha256;
import io.trivet.model.TrivetException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * What a receipt is about; the same for all signers. It is text, so that a person can read it.
 * There is exactly one way to write it, and nothing else is accepted.
 *
 * <pre>
 *   trivet-receipt 1
 *   cluster 7d444840-9dc0-11d1-b245-5ffdce74fad2
 *   path /reports/2026.csv                           as in a URL: each name percent-encoded
 *   file 00000001-000000000000002a
 *   size 104857600
 *   chunk-size 52428800
 *   hash sha256-tree:HEX                             or sha256:HEX where there is one chunk or none: see {@link Sha256}
 *   chunk 1 HEX                                      SHA-256 of each chunk, in order
 *   chunk 2 HEX
 * </pre>
 *
 * @param chunks at most {@link Command#MAX_PROVEN}; none of an empty file that has no chunk
 */
public record ReceiptHead(
        ClusterId cluster, RemotePath path, FileId file, long size, ChunkSize chunkSize, List<Sha256> chunks) {
    static final String FIRST_LINE = "trivet-receipt 1";

    /** The most bytes of a head. */
    public static final int MAX_BYTES = 512 << 10;

    public ReceiptHead {
        chunks = List.copyOf(chunks);
        boolean whole = chunks.isEmpty() ? size == 0 : chunks.size() == chunkSize.chunksOf(size);
        if (!whole || chunks.size() > Command.MAX_PROVEN) {
            throw new IllegalArgumentException(chunks.size() + " chunks do not make " + size + " bytes");
        }
    }

    /** Of the whole file. */
    public Sha256 sha256() {
        return Sha256.ofChunks(chunks);
    }

    /** The kind of hash and the hash. */
    public String hash() {
        return (chunks.size() <= 1 ? "sha256:" : "sha256-tree:") + sha256();
    }

    /** Whether the namespace's record says the same. */
    public boolean isOf(FileRecord record) {
        return record.content().equals(file)
                && record.size() == size
                && record.chunkSize().equals(chunkSize)
                && sha256().equals(record.sha256());
    }

    public String text() {
        StringBuilder text = new StringBuilder(FIRST_LINE + "\n")
                .append("cluster ")
                .append(cluster)
                .append('\n')
                .append("path ")
                .append(encoded(path))
                .append('\n')
                .append("file ")
                .append(file)
                .append('\n')
                .append("size ")
                .append(size)
                .append('\n')
                .append("chunk-size ")
                .append(chunkSize.bytes())
                .append('\n')
                .append("hash ")
                .append(hash())
                .append('\n');
        for (int number = 1; number <= chunks.size(); number++) {
            text.append("chunk ")
                    .append(number)
                    .append(' ')
                    .append(chunks.get(number - 1))
                    .append('\n');
        }
        return text.toString();
    }

    /** Throws {@link IllegalArgumentException} for anything that {@link #text} does not write. */
    public static ReceiptHead parse(String text) {
        try {
            ReceiptHead head = read(text.lines().iterator());
            if (!head.text().equals(text)) {
                throw new IllegalArgumentException("not as a receipt is written");
            }
            return head;
        } catch (TrivetException | java.util.NoSuchElementException e) {
            throw new IllegalArgumentException("not a receipt: " + e.getMessage(), e);
        }
    }

    private static ReceiptHead read(Iterator<String> lines) {
        if (!lines.next().equals(FIRST_LINE)) {
            throw new IllegalArgumentException("not a receipt, or one of a later release");
        }
        ClusterId cluster = ClusterId.parse(value(lines, "cluster "));
        RemotePath path = RemotePath.parse(URLDecoder.decode(value(lines, "path "), StandardCharsets.UTF_8));
        FileId file = FileId.parse(value(lines, "file "));
        long size = Long.parseLong(value(lines, "size "));
        ChunkSize chunkSize = new ChunkSize(Integer.parseInt(value(lines, "chunk-size ")));
        value(lines, "hash ");
        List<Sha256> chunks = new ArrayList<>();
        while (lines.hasNext()) {
            chunks.add(Sha256.parse(value(lines, "chunk " + (chunks.size() + 1) + " ")));
        }
        return new ReceiptHead(cluster, path, file, size, chunkSize, chunks);
    }

    private static String value(Iterator<String> lines, String key) {
        String line = lines.next();
        if (!line.startsWith(key)) {
            throw new IllegalArgumentException("a line begins with " + key.strip());
        }
        return line.substring(key.length());
    }

    private static String encoded(RemotePath path) {
        return URLEncoder.encode(path.toString(), StandardCharsets.UTF_8)
                .replace("%2F", "/")
                .replace("+", "%20");
    }
}
