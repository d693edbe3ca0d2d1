package io.trivet.cli.terminal;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Standard output, for text and bytes, that remembers the first failed write. A {@link PrintStream}
 * alone hides it, and {@code trivet ls > file} on a full disk would seem to succeed. One thread at
 * a time.
 */
public final class WatchedOutput extends OutputStream {
    private final OutputStream below;
    private final PrintStream text;
    private @Nullable IOException failure;

    public WatchedOutput(OutputStream below) {
        super();
        this.below = below;
        this.text = new PrintStream(new BufferedOutputStream(this, 8192), false, StandardCharsets.UTF_8);
    }

    /** For text; reaches the stream at {@link #flush} or when 8 KiB are buffered. */
    public PrintStream text() {
        return text;
    }

    /** The first failure to write, if any. */
    public Optional<IOException> failure() {
        text.flush();
        return Optional.ofNullable(failure);
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            below.write(bytes, offset, length);
        } catch (IOException e) {
            failure = failure == null ? e : failure;
            throw e;
        }
    }

    @Override
    public void flush() throws IOException {
        below.flush();
    }
}
