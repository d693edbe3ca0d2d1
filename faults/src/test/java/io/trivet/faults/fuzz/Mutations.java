package io.trivet.faults.fuzz;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Inputs that differ a little from valid ones, deterministic for a seed and not guided by coverage,
 * unlike the long run.
 */
final class Mutations {
    private static final int MAX_BYTES = 16 << 10;
    private static final int MAX_STEPS = 6;
    private static final long[] EDGES = {
        0, 1, -1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, Integer.MAX_VALUE, Integer.MIN_VALUE, Long.MAX_VALUE, Long.MIN_VALUE
    };

    private final Random random;
    private final List<byte[]> corpus;

    Mutations(long seed, List<byte[]> corpus) {
        this.random = new Random(seed);
        this.corpus = List.copyOf(corpus);
    }

    byte[] next() {
        byte[] bytes = any().clone();
        for (int step = 1 + random.nextInt(MAX_STEPS); step > 0; step--) {
            bytes = changed(bytes);
        }
        return bytes.length <= MAX_BYTES ? bytes : Arrays.copyOf(bytes, MAX_BYTES);
    }

    private byte[] any() {
        return corpus.get(random.nextInt(corpus.size()));
    }

    private int at(byte[] bytes) {
        return random.nextInt(bytes.length + 1);
    }

    private byte[] changed(byte[] bytes) {
        if (bytes.length == 0) {
            return any().clone();
        }
        return switch (random.nextInt(8)) {
            case 0 -> flipped(bytes);
            case 1 -> Arrays.copyOf(bytes, at(bytes));
            case 2 -> spliced(bytes, at(bytes), noise(1 + random.nextInt(8)), at(bytes));
            case 3 -> number(bytes);
            case 4 -> spliced(bytes, at(bytes), any(), at(bytes));
            case 5 -> {
                int from = at(bytes);
                yield spliced(bytes, from, new byte[0], Math.min(bytes.length, from + 1 + random.nextInt(8)));
            }
            case 6 -> {
                int from = at(bytes);
                yield spliced(bytes, from, Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + 16)), from);
            }
            default -> {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                yield bytes;
            }
        };
    }

    private byte[] flipped(byte[] bytes) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        return bytes;
    }

    private byte[] noise(int length) {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        return noise;
    }

    /** A number at the edge of what fits, of 1 to 8 bytes. */
    private byte[] number(byte[] bytes) {
        int at = random.nextInt(bytes.length);
        long value = EDGES[random.nextInt(EDGES.length)];
        int width = 1 << random.nextInt(4);
        for (int i = 0; i < width && at + i < bytes.length; i++) {
            bytes[at + i] = (byte) (value >> (8 * (width - 1 - i)));
        }
        return bytes;
    }

    /** The beginning up to {@code to}, something else, and the end from {@code from} on. */
    private static byte[] spliced(byte[] bytes, int to, byte[] between, int from) {
        ByteArrayOutputStream spliced = new ByteArrayOutputStream();
        spliced.write(bytes, 0, to);
        spliced.writeBytes(between);
        spliced.write(bytes, from, bytes.length - from);
        return spliced.toByteArray();
    }
}
