package io.trivet.quorum;

import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Batches linearizable reads behind one leadership check (ReadIndex): a check serves the reads that
 * waited when it began, and later reads share the next one.
 *
 * <p>It has no thread of its own. The first caller runs the check. Of the callers that arrive
 * during it, the first runs the next one for all of them. Each caller reads its own answer, so a
 * single read wakes no other thread.
 */
final class ReadBatcher implements AutoCloseable {
    /** The source of answers. */
    interface Reader {
        /** Why this node cannot answer, as far as it knows; empty if it can. */
        Optional<Refusal> cannot();

        /**
         * Waits until the local state has everything that was acknowledged before this call; a
         * refusal if that cannot be ensured.
         */
        Optional<Refusal> becomeCurrent(long deadlineNanos) throws InterruptedException;

        QueryResult answer(Query query);
    }

    /** What a waiting caller is told. */
    private sealed interface Turn {
        /** Run the check for all of these; the caller is one of them. */
        record Check(List<Asker> all) implements Turn {}

        /** A check was made that began after the caller asked; or there is no answer for it. */
        record Checked(Optional<Refusal> refusal) implements Turn {}
    }

    /** A waiting caller. */
    private static final class Asker {
        private final long deadlineNanos;
        private final CompletableFuture<Turn> turn = new CompletableFuture<>();

        Asker(long deadlineNanos) {
            this.deadlineNanos = deadlineNanos;
        }

        Turn await() {
            try {
                return turn.get(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException _) {
                return giveUp(QuorumErrors.notConfirmed());
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return giveUp(QuorumErrors.stopping());
            } catch (ExecutionException e) {
                throw new IllegalStateException("a turn never fails", e);
            }
        }

        /**
         * Unless the turn has just arrived; it must be taken then, because others may wait for it.
         */
        private Turn giveUp(Refusal refusal) {
            turn.complete(new Turn.Checked(Optional.of(refusal)));
            return turn.join();
        }
    }

    private final Reader reader;
    private final QuorumSettings settings;
    private final ReentrantLock lock = new ReentrantLock();
    private List<Asker> waiting = new ArrayList<>();
    private boolean checking;
    /** The callers that have no answer yet: those that wait, and those that read their answer. */
    private int open;

    private boolean closed;

    ReadBatcher(Reader reader, QuorumSettings settings) {
        this.reader = reader;
        this.settings = settings;
    }

    /**
     * Answers before the deadline, from a state that has everything that was acknowledged before
     * this call.
     */
    QueryResult ask(Query query) {
        Asker asker = new Asker(System.nanoTime() + settings.deadline().toNanos());
        Optional<Refusal> refusal = reader.cannot().or(() -> enter(asker));
        if (refusal.isPresent()) {
            return new QueryResult.Refused(refusal.get());
        }
        try {
            return checked(asker).<QueryResult>map(QueryResult.Refused::new).orElseGet(() -> reader.answer(query));
        } finally {
            leave();
        }
    }

    /** Registers a caller; if no check is in progress, it is its turn at once. */
    private Optional<Refusal> enter(Asker asker) {
        lock.lock();
        try {
            if (closed) {
                return Optional.of(QuorumErrors.stopping());
            }
            if (open >= settings.maxWaiting()) {
                return Optional.of(QuorumErrors.busy(open));
            }
            open++;
            if (checking) {
                waiting.add(asker);
            } else {
                checking = true;
                asker.turn.complete(new Turn.Check(List.of(asker)));
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private void leave() {
        lock.lock();
        try {
            open--;
        } finally {
            lock.unlock();
        }
    }

    private Optional<Refusal> checked(Asker asker) {
        return switch (asker.await()) {
            case Turn.Checked(Optional<Refusal> refusal) -> refusal;
            case Turn.Check(List<Asker> all) -> check(asker, all);
        };
    }

    private Optional<Refusal> check(Asker asker, List<Asker> all) {
        Optional<Refusal> refusal = Optional.of(QuorumErrors.stopping());
        try {
            refusal = reader.becomeCurrent(asker.deadlineNanos);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            Turn done = new Turn.Checked(refusal);
            all.forEach(other -> other.turn.complete(done));
            passOn();
        }
        return refusal;
    }

    /** Gives the next check to the first of the callers that still wait. */
    private void passOn() {
        lock.lock();
        try {
            List<Asker> next = waiting;
            waiting = new ArrayList<>();
            if (closed) {
                next.forEach(asker -> asker.turn.complete(new Turn.Checked(Optional.of(QuorumErrors.stopping()))));
            }
            Turn turn = new Turn.Check(next);
            checking = next.stream().anyMatch(asker -> asker.turn.complete(turn));
        } finally {
            lock.unlock();
        }
    }

    /** Refuses new callers. Waiting ones are told when the current check has ended. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }
}
