package io.trivet.wire.protocol;

import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * By what one request of a user is found in the logs of all nodes that it came to. The client makes
 * it; it travels with every request that is made on its behalf, down chains and from node to node,
 * and stands in each line that is logged meanwhile, under {@link #LOG_KEY}. It proves nothing and
 * grants nothing.
 *
 * <p>It belongs to a thread for as long as a {@link Scope} is open. Whoever gives work to another
 * thread takes it along with {@link #carried}.
 */
public record RequestId(long value) {
    /** Under this key it is in the context of log events. */
    public static final String LOG_KEY = "request";

    private static final ThreadLocal<Optional<Work>> CURRENT = ThreadLocal.withInitial(Optional::empty);

    /**
     * On whose behalf a thread works; {@code logged}: its events say so. Clients log nothing, and
     * are spared the loading of a logger.
     */
    private record Work(RequestId request, boolean logged) {}

    /** 64 random bits: enough not to meet another one in the same logs. */
    public static RequestId random() {
        return new RequestId(ThreadLocalRandom.current().nextLong());
    }

    /** On whose behalf this thread works. */
    public static Optional<RequestId> current() {
        return CURRENT.get().map(Work::request);
    }

    /** As long as it is open the thread works on behalf of that request. */
    public interface Scope extends AutoCloseable {
        /** Back to what it was before. */
        @Override
        void close();
    }

    /** For a client: what this thread asks for from now on is on behalf of that request. */
    public static Scope within(RequestId request) {
        return become(Optional.of(new Work(request, false)));
    }

    /** For a node: so is what it asks of others, and what it logs. Null: it serves what is on nobody's behalf. */
    public static Scope serving(@Nullable RequestId request) {
        return become(Optional.ofNullable(request).map(served -> new Work(served, true)));
    }

    private static Scope become(Optional<Work> work) {
        Optional<Work> before = CURRENT.get();
        enter(before, work);
        return () -> enter(work, before);
    }

    private static void enter(Optional<Work> left, Optional<Work> entered) {
        CURRENT.set(entered);
        if (left.isPresent() && left.get().logged()) {
            MDC.remove(LOG_KEY);
        }
        if (entered.isPresent() && entered.get().logged()) {
            MDC.put(LOG_KEY, entered.get().request().toString());
        }
    }

    /** The task, on behalf of the request that this thread works for now, whichever thread runs it. */
    public static Runnable carried(Runnable task) {
        Optional<Work> work = CURRENT.get();
        return () -> {
            try (Scope _ = become(work)) {
                task.run();
            }
        };
    }

    /** The same for a task with a result. */
    public static <T> Callable<T> carriedCall(Callable<T> task) {
        Optional<Work> work = CURRENT.get();
        return () -> {
            try (Scope _ = become(work)) {
                return task.call();
            }
        };
    }

    /** 16 hexadecimal digits. */
    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(value);
    }
}
