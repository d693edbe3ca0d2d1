package io.trivet.node.data;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.Connection;
import io.trivet.wire.DataFrameBuffers;
import io.trivet.wire.protocol.RequestId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Platform threads and buffers for file I/O. Each position in a chain has its own budget: the last
 * hop of a chain waits for no other node, so it always ends, and then the hops before it, so chains
 * cannot deadlock. {@link TransferAdmission} divides each among the accounts. Any thread.
 */
public final class TransferPool implements AutoCloseable {
    private static final int CHECKS_WAITING = 1000;
    private static final Duration PLACE_LIMIT = Duration.ofSeconds(30);
    private static final Refusal STOPPING = new Refusal(Refusal.Kind.BUSY, "", "this node is stopping");

    /**
     * A user's transfer is idle briefly between chunks. Users count as active for this long after
     * their last chunk, so that repair does not start in that gap.
     */
    private static final Duration LINGER = Duration.ofSeconds(1);

    /**
     * The kind of a transfer and the most of them at once; each has a buffer of 1 MiB, allocated
     * when first needed.
     */
    public enum Kind {
        STORE_FIRST(24),
        STORE_SECOND(24),
        STORE_LATER(16),
        FORWARD(8),
        FETCH(24),
        /** Which chunks are here. */
        LOOK(8),
        BACK_UP(2),
        CHECK(2),
        /**
         * Requests about seats and the cluster's keys, so that users' transfers do not delay them.
         */
        SEAT(2),
        REPAIR(2);

        private final int atOnce;

        Kind(int atOnce) {
            this.atOnce = atOnce;
        }

        public static Kind ofHop(int hop) {
            return switch (hop) {
                case 0 -> STORE_FIRST;
                case 1 -> STORE_SECOND;
                default -> STORE_LATER;
            };
        }
    }

    /** A transfer. It may use the buffer until it returns. */
    public interface Transfer {
        void run(ByteBuffer buffer) throws IOException;
    }

    private final Map<Kind, DataFrameBuffers> buffers = new EnumMap<>(Kind.class);
    private final Map<Kind, TransferAdmission> budgets = new EnumMap<>(Kind.class);
    private final ExecutorService threads;
    private final ThreadPoolExecutor checks;

    /** When the last transfer of a user ended, by {@link System#nanoTime}. */
    private volatile long userEndedNanos = System.nanoTime() - LINGER.toNanos();

    public TransferPool(String name) {
        AtomicInteger number = new AtomicInteger();
        int most = 0;
        for (Kind kind : Kind.values()) {
            buffers.put(kind, new DataFrameBuffers(kind.atOnce));
            budgets.put(kind, new TransferAdmission(kind.atOnce));
            most += kind.atOnce;
        }
        threads = new ThreadPoolExecutor(
                0,
                most,
                30,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                task -> Thread.ofPlatform()
                        .daemon()
                        .name(name + "-transfer-" + number.incrementAndGet())
                        .unstarted(task));
        checks = new ThreadPoolExecutor(
                1,
                1,
                1,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(CHECKS_WAITING),
                task -> Thread.ofPlatform().daemon().name(name + "-check").unstarted(task));
    }

    /**
     * Runs a transfer for this connection's peer on a platform thread, the caller's if it is one,
     * and returns when it is done. Throws {@code BUSY} if its budget stays used up or the pool is
     * closed.
     */
    public void run(Kind kind, Connection connection, Transfer transfer) throws IOException {
        run(kind, connection.account(), connection, transfer);
    }

    /** As above. Without a connection it is never ended for being slow. */
    void run(Kind kind, String account, @Nullable Connection connection, Transfer transfer) throws IOException {
        if (threads.isShutdown()) {
            throw new TrivetException(STOPPING);
        }
        try (TransferAdmission.Place _ = budget(kind).take(account, connection, PLACE_LIMIT)) {
            runWithBuffer(kind, transfer);
        }
    }

    private TransferAdmission budget(Kind kind) {
        return java.util.Objects.requireNonNull(budgets.get(kind));
    }

    private void runWithBuffer(Kind kind, Transfer transfer) throws IOException {
        DataFrameBuffers pool = java.util.Objects.requireNonNull(buffers.get(kind));
        ByteBuffer buffer = pool.take(PLACE_LIMIT);
        try {
            if (Thread.currentThread().isVirtual()) {
                runElsewhere(transfer, buffer);
            } else {
                transfer.run(buffer);
            }
        } finally {
            if (isOfUser(kind)) {
                userEndedNanos = System.nanoTime();
            }
            pool.giveBack(buffer);
        }
    }

    private void runElsewhere(Transfer transfer, ByteBuffer buffer) throws IOException {
        try {
            Future<?> transferring = threads.submit(RequestId.carriedCall(() -> {
                transfer.run(buffer);
                return buffer;
            }));
            transferring.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException io -> throw io;
                case RuntimeException failure -> throw failure;
                case null, default -> throw new IllegalStateException(e);
            }
        } catch (RejectedExecutionException e) {
            throw new TrivetException(STOPPING, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("stopped", e);
        }
    }

    private static boolean isOfUser(Kind kind) {
        return kind == Kind.STORE_FIRST || kind == Kind.FETCH;
    }

    private boolean isRunning(Kind kind) {
        return budget(kind).underWay() > 0;
    }

    /** Whether users save or load here, or did within the last second. */
    public boolean usersAreActive() {
        return isRunning(Kind.STORE_FIRST)
                || isRunning(Kind.FETCH)
                || System.nanoTime() - userEndedNanos < LINGER.toNanos();
    }

    /** Runs the task when there is time; drops it if too many wait already. */
    public void later(Runnable task) {
        try {
            checks.execute(RequestId.carried(task));
        } catch (RejectedExecutionException _) {
            // Only a hint.
        }
    }

    @Override
    public void close() {
        threads.shutdown();
        checks.shutdownNow();
    }
}
