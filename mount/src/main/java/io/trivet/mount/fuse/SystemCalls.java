package io.trivet.mount.fuse;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The functions of the C library that a mount needs. Each returns what it returns in C, or minus the
 * error number if that is negative.
 */
final class SystemCalls {
    static final int READ_WRITE = 2;
    static final int CLOSE_ON_EXEC = 02000000;
    static final int DETACH = 2;

    private static final int UNIX = 1;
    private static final int STREAM = 1;
    private static final int SET_DESCRIPTOR_FLAGS = 2;
    private static final int CLOSE_ON_EXEC_FLAG = 1;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CAPTURE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle OPEN = function("open", JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle CLOSE = function("close", JAVA_INT, JAVA_INT);
    private static final MethodHandle READ = function("read", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle WRITE = function("write", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle IOCTL = variadic("ioctl", 2, JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);
    private static final MethodHandle FCNTL = variadic("fcntl", 2, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle MOUNT =
            function("mount", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS);
    private static final MethodHandle UNMOUNT = function("umount2", JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle STATISTICS = function("statvfs", JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle USER = function("geteuid", JAVA_INT);
    private static final MethodHandle GROUP = function("getegid", JAVA_INT);
    private static final MethodHandle PAIR = function("socketpair", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle RECEIVE = function("recvmsg", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle SPAWN =
            function("posix_spawnp", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle WAIT = function("waitpid", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);

    private SystemCalls() {}

    private static MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
        return function(name, result, arguments, Linker.Option.captureCallState("errno"));
    }

    private static MethodHandle variadic(String name, int fixed, MemoryLayout result, MemoryLayout... arguments) {
        return function(
                name,
                result,
                arguments,
                Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(fixed));
    }

    @SuppressWarnings("restricted") // the one place where functions of C are bound
    private static MethodHandle function(
            String name, MemoryLayout result, MemoryLayout[] arguments, Linker.Option... options) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, arguments), options);
    }

    /** Memory in which a call leaves its error number; one for each thread. */
    static MemorySegment capture(Arena arena) {
        return arena.allocate(CAPTURE);
    }

    private static long result(long returned, MemorySegment capture) {
        return returned >= 0 ? returned : -(int) ERRNO.get(capture, 0L);
    }

    private static IllegalStateException impossible(Throwable e) {
        return e instanceof Error error ? rethrown(error) : new IllegalStateException(e);
    }

    private static IllegalStateException rethrown(Error error) {
        throw error;
    }

    static int open(String path, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment capture = capture(arena);
            return (int) result((int) OPEN.invokeExact(capture, arena.allocateFrom(path), flags), capture);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static void close(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            int _ = (int) CLOSE.invokeExact(capture(arena), descriptor);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static int read(int descriptor, MemorySegment bytes, long length, MemorySegment capture) {
        try {
            return (int) result((long) READ.invokeExact(capture, descriptor, bytes, length), capture);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static int write(int descriptor, MemorySegment bytes, long length, MemorySegment capture) {
        try {
            return (int) result((long) WRITE.invokeExact(capture, descriptor, bytes, length), capture);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static int control(int descriptor, long request, int value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment capture = capture(arena);
            return (int) result(
                    (int) IOCTL.invokeExact(capture, descriptor, request, arena.allocateFrom(JAVA_INT, value)),
                    capture);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static int mount(String source, String target, String type, long flags, String data) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment capture = capture(arena);
            return (int) result(
                    (int) MOUNT.invokeExact(
                            capture,
                            arena.allocateFrom(source),
                            arena.allocateFrom(target),
                            arena.allocateFrom(type),
                            flags,
                            arena.allocateFrom(data)),
                    capture);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static int unmount(String target, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment capture = capture(arena);
            return (int) result((int) UNMOUNT.invokeExact(capture, arena.allocateFrom(target), flags), capture);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Asks a file system how full it is, which even a kernel with fresh caches passes on. */
    static int statistics(String path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment capture = capture(arena);
            return (int) result(
                    (int) STATISTICS.invokeExact(capture, arena.allocateFrom(path), arena.allocate(256, 8)), capture);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** The effective user of this process. */
    static int user() {
        try (Arena arena = Arena.ofConfined()) {
            return (int) USER.invokeExact(capture(arena));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** The effective group of this process. */
    static int group() {
        try (Arena arena = Arena.ofConfined()) {
            return (int) GROUP.invokeExact(capture(arena));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Two connected sockets; of these a started program inherits the first. */
    static int[] socketPair() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment capture = capture(arena);
            MemorySegment both = arena.allocate(JAVA_INT, 2);
            long made = result((int) PAIR.invokeExact(capture, UNIX, STREAM, 0, both), capture);
            if (made < 0) {
                throw new IOException("socketpair: error " + -made);
            }
            int[] pair = {both.getAtIndex(JAVA_INT, 0), both.getAtIndex(JAVA_INT, 1)};
            int _ = (int) FCNTL.invokeExact(capture, pair[1], SET_DESCRIPTOR_FLAGS, CLOSE_ON_EXEC_FLAG);
            return pair;
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Receives a descriptor over a socket; negative if the other side closed it without sending one. */
    static int receiveDescriptor(int socket) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment capture = capture(arena);
            MemorySegment vector = arena.allocate(16, 8);
            vector.set(ADDRESS, 0, arena.allocate(1));
            vector.set(JAVA_LONG, 8, 1);
            MemorySegment control = arena.allocate(24, 8);
            MemorySegment message = arena.allocate(56, 8);
            message.set(ADDRESS, 16, vector);
            message.set(JAVA_LONG, 24, 1);
            message.set(ADDRESS, 32, control);
            message.set(JAVA_LONG, 40, 24);
            long received = result((long) RECEIVE.invokeExact(capture, socket, message, 0), capture);
            boolean sent = received > 0 && message.get(JAVA_LONG, 40) >= 20;
            return sent ? control.get(JAVA_INT, 16) : -1;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Starts a program with this environment; returns its process id. */
    static int spawn(String[] words, String[] environment) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment process = arena.allocate(JAVA_INT);
            int failed = (int) SPAWN.invokeExact(
                    capture(arena),
                    process,
                    arena.allocateFrom(words[0]),
                    MemorySegment.NULL,
                    MemorySegment.NULL,
                    strings(arena, words),
                    strings(arena, environment));
            if (failed != 0) {
                throw new IOException(words[0] + ": error " + failed);
            }
            return process.get(JAVA_INT, 0);
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    private static MemorySegment strings(Arena arena, String[] words) {
        MemorySegment array = arena.allocate(ADDRESS, words.length + 1L);
        for (int i = 0; i < words.length; i++) {
            array.setAtIndex(ADDRESS, i, arena.allocateFrom(words[i]));
        }
        return array;
    }

    /** Waits until a started program has ended. Returns its exit status, or 128 if it was killed. */
    static int await(int process) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(JAVA_INT);
            int _ = (int) WAIT.invokeExact(capture(arena), process, status, 0);
            int ended = status.get(JAVA_INT, 0);
            return (ended & 0x7f) == 0 ? (ended >> 8) & 0xff : 128;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }
}
