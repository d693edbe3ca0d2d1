package io.trivet.node;

import io.trivet.authority.PrivateFile;
import io.trivet.model.Address;
import io.trivet.model.Identity;
import io.trivet.model.Refusal;
import io.trivet.wire.Connection;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who did what at this node: a line of JSON each, in {@code audit/audit.jsonl} of its data directory (0600). Files rotate, the oldest goes: at most {@link
 * #FILES} times {@link #FILE_BYTES}. Never a secret, a token or a proof; names are escaped. A line that cannot be written is said in the node's own log, and
 * nothing waits for it. Any thread.
 *
 * <pre>
 *   {"time":"2026-01-01T00:00:00Z","node":"n0","peer":"192.0.2.7:4711","who":"user alice","act":"remove","subject":"/a","outcome":"done","detail":""}
 * </pre>
 */
final class AuditLog implements AutoCloseable {
    static final long FILE_BYTES = 8L << 20;
    static final int FILES = 8;

    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
    private static final int MAX_TEXT = 1000;

    private final Path directory;
    private final String node;
    private final long fileBytes;
    private @Nullable Writer open;
    private long written;
    private boolean failing;

    AuditLog(Path data, String node) {
        this(data, node, FILE_BYTES);
    }

    AuditLog(Path data, String node, long fileBytes) {
        this.directory = data.resolve("audit");
        this.node = node;
        this.fileBytes = fileBytes;
    }

    /** Something that changes what others may do or see was done. */
    void done(Connection connection, String act, String subject) {
        done(connection.peer().toString(), connection.identity(), act, subject);
    }

    void done(String peer, Identity who, String act, String subject) {
        append(line(peer, who, act, subject, "done", ""));
    }

    /** Somebody was turned away. */
    void refused(Connection connection, String act, Refusal refusal) {
        String detail = refusal.detail().isEmpty() ? "" : ": " + refusal.detail();
        append(line(
                connection.peer().toString(),
                connection.identity(),
                act,
                refusal.subject(),
                "refused",
                refusal.kind().text() + detail));
    }

    /** A connection came to nothing before anybody could ask for anything. */
    void turnedAway(Address peer, String reason) {
        append(line(peer.toString(), new Identity.Anonymous(), "connect", "", "refused", reason));
    }

    private String line(String peer, Identity who, String act, String subject, String outcome, String detail) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("time", Instant.now().toString());
        fields.put("node", node);
        fields.put("peer", peer);
        fields.put("who", who.toString());
        fields.put("act", act);
        fields.put("subject", subject);
        fields.put("outcome", outcome);
        fields.put("detail", detail);
        StringBuilder line = new StringBuilder();
        fields.forEach((key, value) -> line.append(line.isEmpty() ? "{" : ",")
                .append(quoted(key))
                .append(':')
                .append(quoted(value)));
        return line.append("}\n").toString();
    }

    /** As JSON wants it, and nothing in it that a terminal obeys. */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().limit(MAX_TEXT).forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').appendCodePoint(c);
            } else if (c < ' ' || c >= 0x7f) {
                for (char unit : Character.toChars(c)) {
                    quoted.append(String.format("\\u%04x", (int) unit));
                }
            } else {
                quoted.appendCodePoint(c);
            }
        });
        return quoted.append('"').toString();
    }

    private synchronized void append(String line) {
        try {
            Writer file = file(line.length());
            file.write(line);
            file.flush();
            written += line.length();
            failing = false;
        } catch (IOException e) {
            if (!failing) {
                LOG.warn("audit not written directory={} cause=\"{}\"", directory, e.toString());
            }
            failing = true;
            close();
        }
    }

    /** The newest file, with room for so many bytes more. */
    private Writer file(int bytes) throws IOException {
        Writer file = open;
        if (file != null && written + bytes > fileBytes) {
            close();
            rotate();
            file = null;
        }
        if (file == null) {
            file = openNewest();
            open = file;
        }
        return file;
    }

    private Writer openNewest() throws IOException {
        Files.createDirectories(directory);
        Path newest = newest();
        if (!Files.exists(newest)) {
            PrivateFile.write(newest, new byte[0]);
        }
        written = Files.size(newest);
        return Files.newBufferedWriter(newest, StandardCharsets.US_ASCII, StandardOpenOption.APPEND);
    }

    private Path newest() {
        return directory.resolve("audit.jsonl");
    }

    private Path older(int number) {
        return directory.resolve("audit." + number + ".jsonl");
    }

    private void rotate() throws IOException {
        for (int number = FILES - 1; number >= 1; number--) {
            Path from = number == 1 ? newest() : older(number - 1);
            if (Files.exists(from)) {
                Files.move(from, older(number), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    @Override
    public synchronized void close() {
        Writer file = open;
        open = null;
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                LOG.warn("audit not closed directory={} cause=\"{}\"", directory, e.toString());
            }
        }
    }
}
