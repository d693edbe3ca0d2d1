package io.trivet.quorum;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Small text files with one {@code key value} per line; lines that begin with {@code #} are
 * comments.
 */
final class KeyedLines {
    private static final long MAX_BYTES = 1 << 20;

    private KeyedLines() {}

    /** Throws {@link IllegalArgumentException} if it is not text. */
    static Map<String, String> read(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + ": it is longer than " + MAX_BYTES + " bytes");
        }
        Map<String, String> lines = new LinkedHashMap<>();
        for (String line : text(file).lines().toList()) {
            int space = line.indexOf(' ');
            if (!line.startsWith("#") && space > 0) {
                lines.put(line.substring(0, space), line.substring(space + 1));
            }
        }
        return lines;
    }

    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("it is no text", e);
        }
    }

    static String value(Map<String, String> lines, String key) {
        return Optional.ofNullable(lines.get(key))
                .orElseThrow(() -> new IllegalArgumentException("the line '" + key + "' is missing"));
    }
}
