package io.trivet.mount.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A session of one thread, with a socket in place of the kernel. */
@Timeout(60)
final class FuseSessionTest {
    private static final int ANSWERED = 0;

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    /** A close takes until it is let go, and fails then; everything else is answered at once. */
    private final class SlowCloses implements FileSystem {
        @Override
        public void answer(RequestHeader header, Request request, Reply reply) throws IOException {
            if (request instanceof Request.Flush) {
                begun.countDown();
                try {
                    assertThat(mayEnd.await(30, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                throw new IOException("not saved");
            }
        }

        @Override
        public Errno errno(Request request, Throwable failure) {
            return Errno.ENOSPC;
        }

        @Override
        public boolean isLong(Request request) {
            return request instanceof Request.Flush;
        }
    }

    private static void send(Device kernel, int opcode, long unique) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(RequestHeader.BYTES + 24, 8);
            ByteBuffer buffer = bytes.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
            buffer.putInt(buffer.capacity()).putInt(opcode).putLong(unique).putLong(7);
            assertThat(kernel.write(bytes, buffer.capacity(), SystemCalls.capture(arena)))
                    .isEqualTo(buffer.capacity());
        }
    }

    private static void assertReply(Device kernel, long unique, int error) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(Reply.HEADER, 8);
            assertThat(kernel.read(bytes, SystemCalls.capture(arena))).isEqualTo(Reply.HEADER);
            ByteBuffer reply = bytes.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
            assertThat(reply.getLong(8)).isEqualTo(unique);
            assertThat(reply.getInt(4)).isEqualTo(error);
        }
    }

    @Test
    void aCloseThatTakesLongDelaysNoOtherRequest() throws Exception {
        int[] pair = SystemCalls.socketPair();
        Device kernel = new Device(pair[1]);
        FuseSession session = FuseSession.serving(new SlowCloses(), List.of(new Device(pair[0])));
        try {
            send(kernel, Opcode.FLUSH, 1);
            assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
            send(kernel, Opcode.ACCESS, 2);
            assertReply(kernel, 2, ANSWERED);
            mayEnd.countDown();
            assertReply(kernel, 1, -Errno.ENOSPC.number());
        } finally {
            mayEnd.countDown();
            kernel.close();
            session.awaitEnd();
        }
    }
}
