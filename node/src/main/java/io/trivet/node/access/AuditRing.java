package io.trivet.node.access;

import io.trivet.file.AtomicFile;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lines of ASCII in {@code NAME.jsonl} of a directory (0600), with older ones in {@code
 * NAME.1.jsonl} and so on: at most {@link #FILES} files of {@code fileBytes}; the oldest is
 * deleted. A failed write is reported in the node's own log and delays nothing. Any thread.
 */
final class AuditRing implements AutoCloseable {
    static final int FILES = 8;

    private static final Logger LOG = LoggerFactory.getLogger(AuditRing.class);

    private final Path directory;
    private final String name;
    private final long fileBytes;
    private @Nullable Writer open;
    private long written;
    private boolean failing;

    AuditRing(Path directory, String name, long fileBytes) {
        this.directory = directory;
        this.name = name;
        this.fileBytes = fileBytes;
    }

    synchronized void append(String line) {
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

    /** The newest file, with room for {@code bytes} more. */
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
        Path newest = numbered(0);
        if (!Files.exists(newest)) {
            AtomicFile.writePrivate(newest, new byte[0]);
        }
        written = Files.size(newest);
        return Files.newBufferedWriter(newest, StandardCharsets.US_ASCII, StandardOpenOption.APPEND);
    }

    private Path numbered(int number) {
        return directory.resolve(number == 0 ? name + ".jsonl" : name + "." + number + ".jsonl");
    }

    private void rotate() throws IOException {
        for (int number = FILES - 1; number >= 1; number--) {
            Path from = numbered(number - 1);
            if (Files.exists(from)) {
                Files.move(from, numbered(number), StandardCopyOption.REPLACE_EXISTING);
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
