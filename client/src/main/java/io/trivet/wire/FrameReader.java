package io.trivet.wire;

import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Reads the preface and the frames of one connection. Memory grows with the bytes that arrived, not
 * with announced lengths, and is counted in the reservation until {@link #settle}. One thread at a
 * time.
 */
final class FrameReader {
    private static final int INPUT_BYTES = 16 << 10;

    private final TimedChannel channel;
    private final MemoryReservation memory;

    /** Empty before the first read: who connects and says nothing takes no memory. */
    private ByteBuffer input = ByteBuffer.allocate(0);

    private int held;

    /** The type and lengths of a frame, which precede its header and body. */
    record Head(FrameType type, int headerLength, int bodyLength) {
        void mustBe(FrameType wanted) throws ProtocolException {
            if (type != wanted) {
                throw new ProtocolException("a frame of type " + type + " where " + wanted + " was expected");
            }
        }
    }

    FrameReader(TimedChannel channel, MemoryReservation memory) {
        this.channel = channel;
        this.memory = memory;
    }

    /** Releases the memory of what was read so far. */
    void settle() {
        memory.giveBack(held);
        held = 0;
    }

    /** Whether bytes have arrived that were not read. */
    boolean hasBuffered() {
        return input.hasRemaining();
    }

    /**
     * Waits until anything arrives, encrypted or not. False if the peer ended the connection
     * instead.
     */
    boolean awaitSomething() throws IOException {
        return input.hasRemaining() || readMore() >= 0;
    }

    /** Waits for the first byte of a frame. False if the peer ended the connection instead. */
    boolean awaitByte() throws IOException {
        return fillUnlessEnded(1);
    }

    /** The first byte of the preface, without consuming it. */
    byte firstOfPreface() throws IOException {
        fill(Preface.BYTES);
        return input.get(input.position());
    }

    Preface preface() throws IOException {
        fill(Preface.BYTES);
        return Preface.read(input);
    }

    Head head() throws IOException {
        fill(FrameWriter.PREFIX_BYTES);
        FrameType type = FrameType.of(input.get());
        int headerLength = Byte.toUnsignedInt(input.get()) << 16 | Short.toUnsignedInt(input.getShort());
        int bodyLength = input.getInt();
        if (headerLength > Connection.MAX_HEADER || bodyLength < 0 || bodyLength > Connection.MAX_BODY) {
            throw new ProtocolException("a frame of " + headerLength + " + " + bodyLength + " bytes is too long");
        }
        return new Head(type, headerLength, bodyLength);
    }

    /**
     * Reads {@code length} bytes. Memory is taken as they arrive, so an announced length costs
     * almost nothing.
     */
    byte[] bytes(int length) throws IOException {
        byte[] bytes = new byte[0];
        for (int there = 0; there < length; there = bytes.length) {
            int room = Math.min(length, Math.max(Math.max(Connection.SMALL, 2 * there), input.remaining()));
            hold(room - Math.max(Connection.SMALL, there));
            bytes = Arrays.copyOf(bytes, room);
            readFully(ByteBuffer.wrap(bytes, there, room - there));
        }
        return bytes;
    }

    private void hold(int bytes) throws IOException {
        if (bytes > 0) {
            memory.take(bytes);
            held += bytes;
        }
    }

    /** Fills the buffer up to its limit. */
    void readFully(ByteBuffer target) throws IOException {
        int buffered = Math.min(input.remaining(), target.remaining());
        target.put(input.slice(input.position(), buffered));
        input.position(input.position() + buffered);
        while (target.hasRemaining()) {
            if (channel.read(target) < 0) {
                throw endedInFrame();
            }
        }
    }

    /** Discards about {@code bytes} bytes of an ended connection, or all if there are fewer. */
    void forget(int bytes) throws IOException {
        int forgotten = 0;
        for (int read = 0; read >= 0 && forgotten < bytes; forgotten += read) {
            read = channel.readAfterEnd(taken().clear());
        }
    }

    /** Makes at least {@code bytes} readable in {@link #input}. */
    private void fill(int bytes) throws IOException {
        if (!fillUnlessEnded(bytes)) {
            throw new EOFException(channel.peer() + " ended the connection");
        }
    }

    private boolean fillUnlessEnded(int bytes) throws IOException {
        while (input.remaining() < bytes) {
            if (readMore() < 0) {
                if (input.hasRemaining()) {
                    throw endedInFrame();
                }
                return false;
            }
        }
        return true;
    }

    private int readMore() throws IOException {
        taken().compact();
        try {
            return channel.read(input);
        } finally {
            input.flip();
        }
    }

    private EOFException endedInFrame() {
        return new EOFException(channel.peer() + " ended the connection in the midst of a frame");
    }

    private ByteBuffer taken() {
        if (input.capacity() == 0) {
            input = ByteBuffer.allocateDirect(INPUT_BYTES).flip();
        }
        return input;
    }
}
