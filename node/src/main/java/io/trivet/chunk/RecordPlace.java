package io.trivet.chunk;

/**
 * Where a record is, in one number: the volume's number (31 bits), the position in it (21 bits) and
 * the length (12 bits), the latter two in units of 64 bytes.
 */
final class RecordPlace {
    /** No place. */
    static final long NONE = 0;

    private static final int LENGTH_BITS = 12;
    private static final int POSITION_BITS = 21;

    static final int MAX_RECORD_BYTES = VolumeFormat.UNIT * ((1 << LENGTH_BITS) - 1);

    /** A record begins below. */
    static final long MAX_POSITION = (long) VolumeFormat.UNIT << POSITION_BITS;

    private RecordPlace() {}

    /** @param position and {@code bytes} are multiples of 64 */
    static long of(int volume, long position, int bytes) {
        if (volume < 1 || position < 0 || position >= MAX_POSITION || bytes < 1 || bytes > MAX_RECORD_BYTES) {
            throw new IllegalArgumentException("volume " + volume + ", position " + position + ", " + bytes + " bytes");
        }
        return ((long) volume << (POSITION_BITS + LENGTH_BITS))
                | ((position / VolumeFormat.UNIT) << LENGTH_BITS)
                | (bytes / VolumeFormat.UNIT);
    }

    static int volume(long place) {
        return (int) (place >>> (POSITION_BITS + LENGTH_BITS));
    }

    static long position(long place) {
        return (place >>> LENGTH_BITS & (1 << POSITION_BITS) - 1) * VolumeFormat.UNIT;
    }

    static int bytes(long place) {
        return (int) (place & (1 << LENGTH_BITS) - 1) * VolumeFormat.UNIT;
    }
}
