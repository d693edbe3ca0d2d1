package io.trivet.cli.progress;

import io.trivet.cli.text.ErrorMessage;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.VisibleText;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.protocol.RequestId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs a bounded number of transfers in parallel. A failure is reported to the listener and the
 * others continue, unless it shows that all would fail (no quorum, too few nodes, a full disk):
 * then no more are started. {@link #close} waits for all.
 */
public final class ParallelTransfers implements AutoCloseable {
    private final ExecutorService threads;
    private final Semaphore free;
    private final AtomicLong failed = new AtomicLong();
    private final AtomicBoolean hopeless = new AtomicBoolean();
    private final Listener listener;

    /** Only the thread that launches uses it. */
    private final Deque<Step> last = new ArrayDeque<>();

    /**
     * @param most transfers at once
     * @param listener receives each failure, from any thread, possibly several at once
     */
    public ParallelTransfers(int most, Listener listener) {
        this.threads = Executors.newFixedThreadPool(
                most, Thread.ofPlatform().daemon().name("transfer-", 0).factory());
        this.free = new Semaphore(most);
        this.listener = listener;
    }

    /** Receives a failure: the file, the cause, and the line for a person. */
    public interface Listener {
        void failed(String what, Throwable failure, Text line);
    }

    /** One transfer. */
    public interface Transfer {
        void run() throws Exception;
    }

    /** Waits for a free place, then starts a transfer. False if more transfers would fail too. */
    public boolean launch(String what, Transfer transfer) {
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

    /**
     * Has something done by {@link #finish}: what was asked for last is done first, so a directory
     * comes after those in it.
     */
    public void atEnd(String what, Transfer step) {
        last.push(new Step(what, step));
    }

    /** Does what was left for the end, after {@link #close} and on this thread. */
    public void finish() {
        while (!last.isEmpty() && !gaveUp()) {
            Step step = last.pop();
            try {
                step.transfer.run();
            } catch (Exception failure) {
                fail(step.what, failure);
            }
        }
    }

    private record Step(String what, Transfer transfer) {}

    /** Counts and reports a failure. */
    public void fail(String what, Throwable failure) {
        failed.incrementAndGet();
        Text line = ErrorMessage.about(failure);
        boolean named = line.toString().contains(VisibleText.of(what));
        listener.failed(what, failure, named ? line : Text.of("{0}: {1}", what, line));
        if (failure instanceof TrivetException refused && endsAll(refused.kind())) {
            hopeless.set(true);
        }
    }

    public long failed() {
        return failed.get();
    }

    /** Whether it stopped before everything was tried. */
    public boolean gaveUp() {
        return hopeless.get();
    }

    @Override
    public void close() {
        threads.close();
    }

    /** Whether this would refuse any other file as well. */
    public static boolean endsAll(Refusal.Kind kind) {
        return switch (kind) {
            case UNREACHABLE, NO_QUORUM, TOO_FEW_NODES, SESSION_ENDED, DISK_FULL, QUOTA, WRONG_CLUSTER, WRONG_VERSION ->
                true;
            default -> false;
        };
    }
}
