package io.trivet.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.trivet.model.Address;
import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Test;

/** An announced length takes no memory before its bytes arrive. */
class PromisedLengthTest {
    private static final int FEW = 100;

    @Test
    void aLengthThatWasOnlyPromisedTakesNoMemory() throws IOException {
        allocatedFor(Connection.MAX_HEADER); // classes are loaded now
        assertThat(allocatedFor(Connection.MAX_HEADER)).isLessThan(Connection.MAX_HEADER / 8);
    }

    /**
     * The bytes that this thread allocates to read a header of the announced length of which few
     * bytes arrive.
     */
    private static long allocatedFor(int promised) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (ServerSocketChannel listener =
                        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                SocketChannel sender = SocketChannel.open(listener.getLocalAddress());
                Watchdog watchdog = new Watchdog("promises")) {
            Connection connection =
                    new Connection(new PlainChannel(listener.accept()), new Address("127.0.0.1", 1), watchdog);
            ByteBuffer head = ByteBuffer.allocate(2 * Integer.BYTES + FEW);
            head.putInt(FrameType.RESPONSE.code() << 24 | promised).putInt(0).position(0);
            sender.write(head);
            sender.shutdownOutput();
            long before = threads.getCurrentThreadAllocatedBytes();
            assertThatThrownBy(connection::receive).isInstanceOf(EOFException.class);
            return threads.getCurrentThreadAllocatedBytes() - before;
        }
    }
}
