package io.trivet.cli.terminal;

import java.io.IOException;
import java.io.OutputStream;

/**
 * A stream that can be closed; later writes are discarded. So an interrupted command does not write
 * into the next command's output. Any thread.
 */
public final class ClosableOutput extends OutputStream {
    private final OutputStream below;
    private volatile boolean shut;

    public ClosableOutput(OutputStream below) {
        super();
        this.below = below;
    }

    public void shut() {
        shut = true;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (!shut) {
            below.write(bytes, offset, length);
        }
    }

    @Override
    public void flush() throws IOException {
        if (!shut) {
            below.flush();
        }
    }
}
