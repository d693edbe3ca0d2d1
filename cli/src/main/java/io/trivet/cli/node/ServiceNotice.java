package io.trivet.cli.node;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Reports the state of this process to the service manager: a datagram to the socket that
 * NOTIFY_SOCKET names, as in sd_notify(3) of systemd. Java has no such datagrams, so this calls
 * three functions of the C library. No effect without a service manager or on systems other than
 * Linux.
 */
final class ServiceNotice {
    static final String READY = "READY=1";
    static final String LIVES = "WATCHDOG=1";

    private static final String SOCKET = "NOTIFY_SOCKET";
    private static final String WATCHDOG = "WATCHDOG_USEC";
    private static final short UNIX = 1;
    private static final int DATAGRAM_CLOSED_ON_EXEC = 2 | 0x80000;
    private static final int NO_SIGNAL = 0x4000;

    /** The address family, and room for a path. */
    private static final int ADDRESS_BYTES = 2 + 108;

    private final Optional<byte[]> socket;
    private final Optional<Duration> watchdog;

    private ServiceNotice(Optional<byte[]> socket, Optional<Duration> watchdog) {
        this.socket = socket;
        this.watchdog = watchdog;
    }

    static ServiceNotice of(Map<String, String> environment) {
        return new ServiceNotice(
                Optional.ofNullable(environment.get(SOCKET))
                        .filter(path -> path.startsWith("/") || path.startsWith("@"))
                        .map(path -> path.getBytes(StandardCharsets.UTF_8))
                        .filter(path -> path.length < ADDRESS_BYTES - 2)
                        .filter(_ -> System.getProperty("os.name").equals("Linux")),
                Optional.ofNullable(environment.get(WATCHDOG))
                        .filter(text -> text.matches("\\d{1,15}"))
                        .map(text -> Duration.ofNanos(Long.parseLong(text) * 1000)));
    }

    /** The longest interval between two {@link #LIVES}; empty if the manager expects none. */
    Optional<Duration> watchdog() {
        return socket.isPresent() ? watchdog.filter(Duration::isPositive) : Optional.empty();
    }

    /** Returns whether it was sent. A missing manager is no reason to end a node. */
    boolean tell(String state) {
        return socket.filter(path -> send(path, state.getBytes(StandardCharsets.UTF_8)))
                .isPresent();
    }

    private static boolean send(byte[] path, byte[] state) {
        try (Arena arena = Arena.ofConfined()) {
            int made = (int) call("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT)
                    .invokeExact((int) UNIX, DATAGRAM_CLOSED_ON_EXEC, 0);
            if (made < 0) {
                return false;
            }
            try {
                MemorySegment text = arena.allocateFrom(JAVA_BYTE, state);
                MemorySegment to = address(arena, path);
                long sent = (long) call("sendto", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT)
                        .invokeExact(made, text, (long) state.length, NO_SIGNAL, to, 2 + path.length);
                return sent == state.length;
            } finally {
                int _ = (int) call("close", JAVA_INT, JAVA_INT).invokeExact(made);
            }
        } catch (Throwable e) { // method handles declare every exception; nothing depends on the message
            return false;
        }
    }

    /** A path, or after {@code @} an abstract name. */
    private static MemorySegment address(Arena arena, byte[] path) {
        MemorySegment address = arena.allocate(ADDRESS_BYTES, Short.BYTES);
        address.set(JAVA_SHORT, 0, UNIX);
        MemorySegment.copy(path, 0, address, JAVA_BYTE, 2, path.length);
        if (path[0] == '@') {
            address.set(JAVA_BYTE, 2, (byte) 0);
        }
        return address;
    }

    @SuppressWarnings("restricted") // start.sh enables native access, which the database needs too
    private static MethodHandle call(String name, MemoryLayout result, MemoryLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, arguments));
    }
}
