package io.trivet.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/** The bytes as they are. */
final class PlainLink implements Link {
    private final SocketChannel channel;
    private final ByteBuffer before;

    PlainLink(SocketChannel channel) {
        this(channel, ByteBuffer.allocate(0));
    }

    /** @param before bytes that came from the channel already */
    PlainLink(SocketChannel channel, ByteBuffer before) {
        this.channel = channel;
        this.before = before;
    }

    @Override
    public void greet() {}

    @Override
    public int read(ByteBuffer target) throws IOException {
        if (before.hasRemaining()) {
            return Buffers.move(before, target);
        }
        return channel.read(target);
    }

    @Override
    public void write(ByteBuffer... sources) throws IOException {
        channel.write(sources);
    }

    @Override
    public boolean isQuiet() {
        return !before.hasRemaining() && Buffers.isQuiet(channel);
    }

    @Override
    public void finish() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public Optional<CertifiedNode> peer() {
        return Optional.empty();
    }

    @Override
    public byte[] binding() {
        return new byte[0];
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
