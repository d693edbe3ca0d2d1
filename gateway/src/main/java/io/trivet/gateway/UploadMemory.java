package io.trivet.gateway;

import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The heap that uploads take, all together. A stream that is saved holds two chunks at the most, and
 * no more than it has bytes: an upload waits until so much is free, before its body is read. Any
 * thread.
 */
final class UploadMemory {
    /** Shorter than a connection may be silent. */
    private static final long LIMIT_SECONDS = 45;

    private static final int UNIT = 4 << 10;

    private final Semaphore free;
    private final int units;

    UploadMemory(long bytes) {
        this.units = Math.clamp(bytes / UNIT, 1, Integer.MAX_VALUE);
        this.free = new Semaphore(units, true);
    }

    /** Held until it is closed. */
    interface Part extends AutoCloseable {
        @Override
        void close();
    }

    /** For an upload of {@code length} bytes in such chunks. Throws {@code SlowDown} when none becomes free in time. */
    Part take(long length, int chunkBytes) {
        return take(length <= chunkBytes ? length : 2L * chunkBytes);
    }

    /** For so many bytes. Throws {@code SlowDown} when they do not become free in time. */
    Part take(long bytes) {
        if (bytes / UNIT >= units) {
            throw new S3Exception(
                    S3Error.SERVICE_UNAVAILABLE,
                    "The request takes " + bytes + " bytes of memory, and this gateway has " + (long) units * UNIT
                            + " for all. Give its process more.");
        }
        int wanted = (int) (bytes / UNIT) + 1;
        try {
            if (!free.tryAcquire(wanted, LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new S3Exception(S3Error.SLOW_DOWN, "Too many uploads at once. Please reduce your request rate.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new S3Exception(S3Error.SERVICE_UNAVAILABLE, "The gateway is stopping.", e);
        }
        return () -> free.release(wanted);
    }
}
