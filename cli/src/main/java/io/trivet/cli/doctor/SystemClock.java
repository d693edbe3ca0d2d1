package io.trivet.cli.doctor;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Whether the system's clock is synchronized, according to the kernel: {@code adjtimex(2)},
 * whichever program synchronizes it.
 */
final class SystemClock {
    /** More than any system's {@code struct timex}; all zero reads and changes nothing. */
    private static final int TIMEX_BYTES = 512;

    private static final int TIME_ERROR = 5;

    private SystemClock() {}

    /** Empty if the system cannot be asked. */
    @SuppressWarnings("restricted") // the launcher allows it; where it is forbidden nothing is known
    static Optional<Boolean> isSynchronised() {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            return Optional.empty();
        }
        try (Arena arena = Arena.ofConfined()) {
            Linker linker = Linker.nativeLinker();
            MethodHandle adjtimex = linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("adjtimex"),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
            int state = (int) adjtimex.invokeExact(arena.allocate(TIMEX_BYTES, Long.BYTES));
            return state < 0 ? Optional.empty() : Optional.of(state != TIME_ERROR);
        } catch (Throwable _) {
            return Optional.empty();
        }
    }
}
