package io.trivet.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;

/** Compares loaded bytes with what was saved. */
final class ExpectedBytes extends OutputStream {
    private final byte[] expected;
    private int count;

    ExpectedBytes(Content content) {
        this.expected = content.bytes();
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (count + length > expected.length
                || !Arrays.equals(expected, count, count + length, bytes, offset, offset + length)) {
            throw new WrongBytes(
                    "other bytes between " + count + " and " + (count + length) + " of " + expected.length);
        }
        count += length;
    }

    void requireWhole() throws WrongBytes {
        if (count != expected.length) {
            throw new WrongBytes(count + " bytes came, " + expected.length + " were saved");
        }
    }

    /** A load returned bytes that were not saved, which must never happen. */
    static final class WrongBytes extends IOException {
        private static final long serialVersionUID = 1;

        WrongBytes(String message) {
            super(message);
        }
    }
}
