package io.trivet.gateway;

import io.trivet.client.RemoteInput;
import io.trivet.client.TrivetClient;
import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import io.trivet.model.RemotePath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The files that are read for requests: so many at once, since each takes memory of the client. Any thread. */
final class OpenReads {
    private static final long LIMIT_SECONDS = 30;

    private final Semaphore free;

    OpenReads(int most) {
        free = new Semaphore(most, true);
    }

    /** One file that is open. One thread. */
    final class Reading implements AutoCloseable {
        private final RemoteInput input;

        private Reading(RemoteInput input) {
            this.input = input;
        }

        RemoteInput input() {
            return input;
        }

        /** The bytes from a position on, {@code length} of them. */
        InputStream stream(long from, long length) throws IOException {
            input.position(from);
            return new InputStream() {
                private long left = length;

                @Override
                public int read() throws IOException {
                    byte[] one = new byte[1];
                    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
                }

                @Override
                public int read(byte[] bytes, int offset, int wanted) throws IOException {
                    if (left == 0) {
                        return -1;
                    }
                    int some = input.read(ByteBuffer.wrap(bytes, offset, (int) Math.min(wanted, left)));
                    if (some < 0) {
                        throw new IOException("the file ended before its end");
                    }
                    left -= some;
                    return some;
                }
            };
        }

        @Override
        public void close() throws IOException {
            try {
                input.close();
            } finally {
                free.release();
            }
        }
    }

    /** Throws {@code SlowDown} when too many are read already, and what the client throws. */
    Reading open(TrivetClient client, RemotePath path) {
        try {
            if (!free.tryAcquire(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new S3Exception(
                        S3Error.SLOW_DOWN, "Too many downloads at once. Please reduce your request rate.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new S3Exception(S3Error.SERVICE_UNAVAILABLE, "The gateway is stopping.", e);
        }
        boolean opened = false;
        try {
            Reading reading = new Reading(client.open(path));
            opened = true;
            return reading;
        } finally {
            if (!opened) {
                free.release();
            }
        }
    }
}
