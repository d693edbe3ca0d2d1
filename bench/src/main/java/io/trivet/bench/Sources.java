package io.trivet.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * The source files for all contenders: random bytes, the same in every run, read once so that they
 * are in memory.
 */
record Sources(Path large, Path small) {
    static final int LARGE_BYTES = 500 << 20;
    static final int SMALL_BYTES = 16 << 10;
    static final int SMALL_FILES = 1000;

    static Sources make(Path folder) throws IOException {
        return new Sources(
                random(folder.resolve("large.bin"), LARGE_BYTES), random(folder.resolve("small.bin"), SMALL_BYTES));
    }

    private static Path random(Path file, int bytes) throws IOException {
        Random random = new Random(bytes);
        byte[] piece = new byte[Math.min(bytes, 1 << 20)];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int at = 0; at < bytes; at += piece.length) {
                random.nextBytes(piece);
                out.write(piece, 0, Math.min(piece.length, bytes - at));
            }
        }
        return file;
    }
}
