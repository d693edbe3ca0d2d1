package io.trivet.mount;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * Writes {@link #content} from the beginning to the end, slowly enough that its first part is sent before
 * the last one is written, then perhaps its head again. Arguments: file, "plain" or "head".
 */
final class InOrder {
    private static final int PIECES = 24;
    private static final int PIECE = 256 << 10;

    private InOrder() {}

    static byte[] content(boolean head) {
        byte[] bytes = new byte[PIECES * PIECE + 17];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i % 251);
        }
        if (head) {
            bytes[0] = 42;
        }
        return bytes;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        boolean head = arguments[1].equals("head");
        byte[] bytes = content(false);
        try (FileChannel channel = FileChannel.open(
                Path.of(arguments[0]), Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW))) {
            for (int at = 0; at < bytes.length; at += PIECE) {
                channel.write(ByteBuffer.wrap(bytes, at, Math.min(PIECE, bytes.length - at)));
                Thread.sleep(20);
            }
            if (head) {
                channel.write(ByteBuffer.wrap(new byte[] {42}), 0);
            }
        }
    }
}
