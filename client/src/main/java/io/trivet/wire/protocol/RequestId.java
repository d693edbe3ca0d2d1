package io.trivet.wire.protocol;

import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Identifies one request of a user in the logs of all nodes that work for it. The client makes it.
 * It travels with every request made on its behalf, down chains and between nodes, and is in each
 * line logged in that time, under {@link #LOG_KEY}. It proves nothing and grants nothing.
 *
 * <p>A thread has it while a {@link Scope} is open. Use {@link #carried} to hand it to another
 * thread.
 */
public record RequestId(long value) {
    /** The key in the context of log events. */
    public static final String LOG_KEY = "request";

    private static final ThreadLocal<Optional<Work>> CURRENT = ThreadLocal.withInitial(Optional::empty);

    /**
     * The request that a thread works for; {@code logged}: its log events contain it. Clients do
     * not log, and so do not load a logger.
     */
    private record Work(RequestId request, boolean logged) {}

    /** 64 random bits, so that two in the same logs do not collide. */
    public static RequestId random() {
        return new RequestId(ThreadLocalRandom.current().nextLong());
    }

    /** The request that this thread works for. */
    public static Optional<RequestId> current() {
        return CURRENT.get().map(Work::request);
    }

    /** The thread works for the request while this is open. */
    public interface Scope extends AutoCloseable {
        /** Restores the previous request. */
        @Override
        void close();
    }

    /** For a client: requests of this thread are made on behalf of {@code request}. */
    public static Scope within(RequestId request) {
        return become(Optional.of(new Work(request, false)));
    }

    /**
     * For a node: like {@link #within}, and log events contain the id. Null: the work is on behalf
     * of no request.
     */
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

    /**
     * Wraps a task so that it runs on behalf of this thread's current request, whichever thread
     * runs it.
     */
    @SuppressWarnings("try") // the scope is what counts, not its name
    public static Runnable carried(Runnable task) {
        Optional<Work> work = CURRENT.get();
        return () -> {
            try (Scope ignored = become(work)) {
                task.run();
            }
        };
    }

    /** Like {@link #carried}, for a task with a result. */
    @SuppressWarnings("try")
    public static <T> Callable<T> carriedCall(Callable<T> task) {
        Optional<Work> work = CURRENT.get();
        return () -> {
            try (Scope ignored = become(work)) {
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
