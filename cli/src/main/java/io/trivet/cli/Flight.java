package io.trivet.cli;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.RequestId;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Several transfers in the air at once, no more than are allowed. A failed one is told to the listener and the others go on, unless the failure says that
 * they would fail as well (no quorum, too few nodes, a full disk): then nothing more is launched. {@link #close} waits for all.
 */
final class Flight implements AutoCloseable {
    private final ExecutorService threads;
    private final Semaphore free;
    private final AtomicLong failed = new AtomicLong();
    private final AtomicBoolean hopeless = new AtomicBoolean();
    private final Consumer<Text> listener;

    /**
     * @param most transfers at once
     * @param listener hears each failure as a line; any thread, one at a time is not promised
     */
    Flight(int most, Consumer<Text> listener) {
        this.threads = Executors.newFixedThreadPool(
                most, Thread.ofPlatform().daemon().name("transfer-", 0).factory());
        this.free = new Semaphore(most);
        this.listener = listener;
    }

    /** One transfer. */
    interface Transfer {
        void run() throws Exception;
    }

    /** Waits for a free place, then begins. False when there is no hope for more. */
    boolean launch(String what, Transfer transfer) {
        free.acquireUninterruptibly();
        if (hopeless.get()) {
            free.release();
            return false;
        }
        threads.execute(RequestId.carried(() -> {
            try {
                transfer.run();
            } catch (Throwable failure) {
                fail(what, failure);
            } finally {
                free.release();
            }
        }));
        return true;
    }

    /** Counts a failure and tells it. */
    void fail(String what, Throwable failure) {
        failed.incrementAndGet();
        Text line = Complaint.about(failure);
        listener.accept(line.toString().contains(Wording.visible(what)) ? line : Text.of("{0}: {1}", what, line));
        if (failure instanceof TrivetException refused && endsAll(refused.kind())) {
            hopeless.set(true);
        }
    }

    long failed() {
        return failed.get();
    }

    /** Whether it gave up before everything was tried. */
    boolean gaveUp() {
        return hopeless.get();
    }

    @Override
    public void close() {
        threads.close();
    }

    private static boolean endsAll(Refusal.Kind kind) {
        return switch (kind) {
            case UNREACHABLE, NO_QUORUM, TOO_FEW_NODES, SESSION_ENDED, DISK_FULL, WRONG_CLUSTER, WRONG_VERSION -> true;
            default -> false;
        };
    }
}
