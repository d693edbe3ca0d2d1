package io.trivet.cli.terminal;

import io.trivet.cli.text.Text;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads lines of text from bytes, and tells lines that are not UTF-8 from those that are; a Java
 * reader would turn them into other names. One thread.
 */
public final class Utf8Lines {
    /** No command is as long. */
    private static final int MAX_BYTES = 1 << 20;

    private final InputStream bytes;

    public Utf8Lines(InputStream bytes) {
        this.bytes = bytes;
    }

    /**
     * A line without its end.
     *
     * @param text the line, with escapes if it is not text
     */
    public record Line(String text, boolean isText) {}

    /**
     * The next line; empty at the end. Throws {@link IOException} also for a line that is too long.
     */
    public Optional<Line> next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = bytes.read();
        if (next < 0) {
            return Optional.empty();
        }
        for (; next >= 0 && next != '\n'; next = bytes.read()) {
            if (line.size() == MAX_BYTES) {
                throw new IOException(
                        Text.of("a line has more than {0} bytes", MAX_BYTES).toString());
            }
            line.write(next);
        }
        return Optional.of(decoded(line.toByteArray()));
    }

    private static Line decoded(byte[] line) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(line))
                    .toString();
            return new Line(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text, true);
        } catch (CharacterCodingException _) {
            return new Line(LocalNames.visible(line), false);
        }
    }
}
