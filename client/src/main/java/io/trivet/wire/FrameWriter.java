package io.trivet.wire;

import com.google.protobuf.MessageLite;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the preface and the frames of one connection. The reservation counts a frame with a large
 * header until it is written. One thread at a time.
 */
final class FrameWriter {
    /** The type and the lengths of header and body, with which a frame begins. */
    static final int PREFIX_BYTES = 8;

    private final TimedChannel channel;
    private final MemoryReservation memory;
    private final ByteBuffer preface = ByteBuffer.allocate(Preface.BYTES);

    /** Empty before the first frame. */
    private ByteBuffer headerOut = ByteBuffer.allocate(0);

    private int held;

    FrameWriter(TimedChannel channel, MemoryReservation memory) {
        this.channel = channel;
        this.memory = memory;
    }

    /** Sends the preface with the first frame. */
    void beginWith(Preface announced) {
        announced.write(preface.clear());
    }

    /** Sends the preface at once. */
    void send(Preface told) throws IOException {
        told.write(preface.clear());
        channel.writeFully(preface.flip());
        preface.clear();
    }

    /** @param body null if there is none; its position is moved to its limit */
    void send(FrameType type, MessageLite header, @Nullable ByteBuffer body) throws IOException {
        int bodyLength = body == null ? 0 : body.remaining();
        ByteBuffer head = headBuffer(Preface.BYTES + frameBytes(header, bodyLength));
        putFrame(head, type, header, bodyLength);
        head.flip();
        if (body == null) {
            writeFully(head);
        } else {
            writeFully(head, body);
        }
    }

    /**
     * Sends a request, a chunk of one piece and its end in one write. The position of the body is
     * moved to its limit.
     */
    void sendWhole(MessageLite request, MessageLite piece, ByteBuffer body, MessageLite end) throws IOException {
        int length = body.remaining();
        ByteBuffer head =
                headBuffer(frameBytes(request, 0) + frameBytes(piece, length) + frameBytes(end, 0) + Preface.BYTES);
        putFrame(head, FrameType.REQUEST, request, 0);
        putFrame(head, FrameType.PIECE, piece, length);
        int bodyAt = head.position();
        putFrame(head, FrameType.END, end, 0);
        ByteBuffer tail = head.flip().duplicate().position(bodyAt);
        writeFully(head.limit(bodyAt), body, tail);
    }

    /** The length of a frame without its body. */
    private static int frameBytes(MessageLite header, int bodyLength) throws ProtocolException {
        int headerLength = header.getSerializedSize();
        if (headerLength > Connection.MAX_HEADER || bodyLength > Connection.MAX_BODY) {
            throw new ProtocolException(
                    "a frame of " + headerLength + " + " + bodyLength + " bytes is too long to send");
        }
        return PREFIX_BYTES + headerLength;
    }

    /** Puts a frame without its body, after the preface if that was not sent yet. */
    private void putFrame(ByteBuffer head, FrameType type, MessageLite header, int bodyLength) {
        if (preface.position() > 0) {
            head.put(preface.flip());
            preface.clear();
        }
        int headerLength = header.getSerializedSize();
        head.put((byte) type.code()).put((byte) (headerLength >> 16)).putShort((short) headerLength);
        head.putInt(bodyLength).put(header.toByteArray());
    }

    /** A large one is counted in the reservation until it is written. */
    private ByteBuffer headBuffer(int bytes) throws IOException {
        if (bytes <= Connection.SMALL) {
            if (headerOut.capacity() == 0) {
                headerOut = ByteBuffer.allocateDirect(Connection.SMALL);
            }
            return headerOut.clear();
        }
        memory.take(bytes);
        held = bytes;
        return ByteBuffer.allocate(bytes);
    }

    private void writeFully(ByteBuffer... buffers) throws IOException {
        try {
            channel.writeFully(buffers);
        } finally {
            memory.giveBack(held);
            held = 0;
        }
    }
}
