package io.trivet.cli.terminal;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The current width of the terminal at standard error, from the system: {@code ioctl} with {@code
 * TIOCGWINSZ}. Any thread.
 */
final class TerminalWidth implements IntSupplier {
    private static final int STANDARD_ERROR = 2;
    private static final long LINUX_TIOCGWINSZ = 0x5413;
    private static final long MAC_TIOCGWINSZ = 0x40087468;

    /** rows, columns, and two more: 16 bits each. */
    private static final int SIZE_BYTES = 8;

    private final int otherwise;
    private final long request;
    private volatile @Nullable MethodHandle ioctl;
    private volatile boolean asked;

    private TerminalWidth(int otherwise, long request) {
        this.otherwise = otherwise;
        this.request = request;
    }

    /** {@code otherwise} is used if the system cannot be asked. */
    static IntSupplier ofStandardError(int otherwise) {
        String system = System.getProperty("os.name", "");
        if (system.equals("Linux")) {
            return new TerminalWidth(otherwise, LINUX_TIOCGWINSZ);
        }
        return system.startsWith("Mac") ? new TerminalWidth(otherwise, MAC_TIOCGWINSZ) : () -> otherwise;
    }

    @Override
    public int getAsInt() {
        MethodHandle call = handle();
        if (call == null) {
            return otherwise;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment size = arena.allocate(SIZE_BYTES);
            int failed = (int) call.invokeExact(STANDARD_ERROR, request, size);
            int columns = Short.toUnsignedInt(size.get(ValueLayout.JAVA_SHORT, Short.BYTES));
            return failed == 0 && columns > 0 ? columns : otherwise;
        } catch (Throwable _) {
            return otherwise;
        }
    }

    private @Nullable MethodHandle handle() {
        if (!asked) {
            ioctl = find();
            asked = true;
        }
        return ioctl;
    }

    @SuppressWarnings("restricted") // the launcher allows it; where it is forbidden the width is that of the start
    private static @Nullable MethodHandle find() {
        try {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("ioctl"),
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS),
                    Linker.Option.firstVariadicArg(2));
        } catch (RuntimeException | LinkageError _) {
            return null;
        }
    }
}
