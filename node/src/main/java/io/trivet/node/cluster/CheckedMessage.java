package io.trivet.node.cluster;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * A message in a file, followed by a checksum that shows whether it is complete. The checksum is a
 * protobuf field of its own (1000, fixed32), which readers that do not know it skip.
 */
final class CheckedMessage {
    private static final byte[] TAG = {(byte) 0xc5, 0x3e};
    private static final int BYTES = TAG.length + Integer.BYTES;

    private CheckedMessage() {}

    static byte[] of(byte[] message) {
        return ByteBuffer.allocate(message.length + BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(message)
                .put(TAG)
                .putInt(checksum(message, message.length))
                .array();
    }

    static boolean isWhole(byte[] file) {
        int end = file.length - BYTES;
        return end >= 0
                && Arrays.equals(file, end, end + TAG.length, TAG, 0, TAG.length)
                && ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(end + TAG.length) == checksum(file, end);
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, length);
        return (int) checksum.getValue();
    }
}
