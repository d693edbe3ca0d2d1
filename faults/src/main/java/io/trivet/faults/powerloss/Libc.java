package io.trivet.faults.powerloss;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The system calls that a file system needs. Each returns the result of the call, or the negative
 * errno.
 */
@SuppressWarnings("restricted")
final class Libc {
    private static final int READ_WRITE = 2;
    private static final int CLOSE_ON_EXEC = 02000000;
    private static final int NO_SUID_NO_DEVICES = 2 | 4;
    private static final int DETACH = 2;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option WITH_ERRNO = Linker.Option.captureCallState("errno");
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle NUMBER = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private static final MethodHandle OPEN = LINKER.downcallHandle(
            symbol("open"),
            FunctionDescriptor.of(INT, ValueLayout.ADDRESS, INT),
            Linker.Option.firstVariadicArg(2),
            WITH_ERRNO);
    private static final MethodHandle READ = bound("read", LONG, INT, ValueLayout.ADDRESS, LONG);
    private static final MethodHandle WRITE = bound("write", LONG, INT, ValueLayout.ADDRESS, LONG);
    private static final MethodHandle CLOSE = bound("close", INT, INT);
    private static final MethodHandle MOUNT = bound(
            "mount", INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS, LONG, ValueLayout.ADDRESS);
    private static final MethodHandle UNMOUNT = bound("umount2", INT, ValueLayout.ADDRESS, INT);

    private Libc() {}

    private static MemorySegment symbol(String name) {
        return LINKER.defaultLookup().findOrThrow(name);
    }

    private static MethodHandle bound(String name, MemoryLayout result, MemoryLayout... parameters) {
        return LINKER.downcallHandle(symbol(name), FunctionDescriptor.of(result, parameters), WITH_ERRNO);
    }

    /** Memory for the errno of one thread. */
    static MemorySegment state(Arena arena) {
        return arena.allocate(STATE);
    }

    private static long errno(MemorySegment state) {
        return -(int) NUMBER.get(state, 0L);
    }

    private static IllegalStateException impossible(Throwable e) {
        return new IllegalStateException("a system call ended with an exception", e);
    }

    static int openDevice(String path) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = state(arena);
            int file = (int) OPEN.invokeExact(state, arena.allocateFrom(path), READ_WRITE | CLOSE_ON_EXEC);
            return (int) require(file < 0 ? errno(state) : file, "open " + path);
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    private static long require(long result, String what) throws IOException {
        if (result < 0) {
            throw new IOException(what + ": errno " + -result);
        }
        return result;
    }

    static long read(MemorySegment state, int file, MemorySegment into) {
        try {
            long read = (long) READ.invokeExact(state, file, into, into.byteSize());
            return read < 0 ? errno(state) : read;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static long write(MemorySegment state, int file, MemorySegment bytes) {
        try {
            long written = (long) WRITE.invokeExact(state, file, bytes, bytes.byteSize());
            return written < 0 ? errno(state) : written;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static void close(int file) {
        try (Arena arena = Arena.ofConfined()) {
            int ignored = (int) CLOSE.invokeExact(state(arena), file);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static void mount(String source, String target, String type, String options) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = state(arena);
            int result = (int) MOUNT.invokeExact(
                    state,
                    arena.allocateFrom(source),
                    arena.allocateFrom(target),
                    arena.allocateFrom(type),
                    (long) NO_SUID_NO_DEVICES,
                    arena.allocateFrom(options));
            require(result < 0 ? errno(state) : result, "mount " + target);
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Unmounts at once, even if it is in use. */
    static void unmount(String target) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = state(arena);
            int result = (int) UNMOUNT.invokeExact(state, arena.allocateFrom(target), DETACH);
            require(result < 0 ? errno(state) : result, "unmount " + target);
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }
}
