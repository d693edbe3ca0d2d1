package io.trivet.wire;

import io.trivet.wire.credentials.CertifiedNode;
import io.trivet.wire.credentials.ChannelBinding;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/** A channel without encryption. */
final class PlainChannel implements TransportChannel {
    /**
     * The JDK copies heap buffers into a direct buffer that each thread keeps; smaller slices keep
     * it small.
     */
    private static final int SLICE = 128 << 10;

    private final SocketChannel channel;
    private final ByteBuffer before;

    PlainChannel(SocketChannel channel) {
        this(channel, ByteBuffer.allocate(0));
    }

    /** @param before bytes already read from the channel */
    PlainChannel(SocketChannel channel, ByteBuffer before) {
        this.channel = channel;
        this.before = before;
    }

    @Override
    public void handshake() {}

    @Override
    public void limit(StrangerLimiter strangers, String network) {
        // There is no handshake.
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void share(MemoryReservation memory) {}

    @Override
    public void end() {}

    @Override
    public int read(ByteBuffer target) throws IOException {
        if (before.hasRemaining()) {
            return TlsBuffers.move(before, target);
        }
        return channel.read(target);
    }

    @Override
    public void write(ByteBuffer... sources) throws IOException {
        for (ByteBuffer source : sources) {
            if (source.hasRemaining()) {
                if (!source.isDirect() && source.remaining() > SLICE) {
                    writeSlice(source);
                } else {
                    channel.write(sources);
                }
                return;
            }
        }
    }

    private void writeSlice(ByteBuffer source) throws IOException {
        ByteBuffer slice = source.slice(source.position(), SLICE);
        source.position(source.position() + channel.write(slice));
    }

    @Override
    public boolean isQuiet() {
        return !before.hasRemaining() && TlsBuffers.isQuiet(channel);
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
    public byte[] binding(ChannelBinding kind) {
        return new byte[0];
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
