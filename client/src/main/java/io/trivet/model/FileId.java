package io.trivet.model;

import java.util.regex.Pattern;

/**
 * Names the content of one file for ever; a replaced file gets a new id. Ordered by epoch, then
 * counter.
 *
 * @param epoch from 1; raised by every restore or rebuild of the namespace, so that ids never
 *     repeat
 * @param counter from 1; issued in order within the epoch
 */
public record FileId(int epoch, long counter) implements Comparable<FileId> {
    /** Length of {@link #toString()}: 8 hexadecimal digits, a minus, 16 hexadecimal digits. */
    public static final int TEXT_LENGTH = 25;

    private static final Pattern WRITTEN = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{16}");

    public FileId {
        if (epoch < 1 || counter < 1) {
            throw new IllegalArgumentException("a file id counts from 1: epoch " + epoch + ", counter " + counter);
        }
    }

    /**
     * Reads what {@link #toString()} writes. Throws {@link IllegalArgumentException} for anything
     * else.
     */
    public static FileId parse(String text) {
        if (!WRITTEN.matcher(text).matches()) {
            throw new IllegalArgumentException("not a file id: " + text);
        }
        return new FileId(Integer.parseUnsignedInt(text, 0, 8, 16), Long.parseUnsignedLong(text, 9, 25, 16));
    }

    /** The id that is {@code steps} after this one in the same epoch. */
    public FileId plus(long steps) {
        return new FileId(epoch, Math.addExact(counter, steps));
    }

    @Override
    public int compareTo(FileId other) {
        return epoch != other.epoch ? Integer.compare(epoch, other.epoch) : Long.compare(counter, other.counter);
    }

    @Override
    public String toString() {
        return String.format("%08x-%016x", epoch, counter);
    }
}
