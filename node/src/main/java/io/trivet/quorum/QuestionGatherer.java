package io.trivet.quorum;

import io.trivet.model.Answer;
import io.trivet.model.Question;
import io.trivet.model.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Gathers questions behind one check: whoever waits when a check begins is served by it, and whoever comes later by the next. The answers are read
 * from the local state afterwards, several at a time.
 */
final class QuestionGatherer implements AutoCloseable {
    /** Where answers come from. */
    interface Reader {
        /** Whether this node can answer at all, as far as it knows. */
        Optional<Refusal> cannot();

        /** Waits until the local state has everything that was acknowledged before this call; a refusal when that cannot be made sure. */
        Optional<Refusal> becomeCurrent(long deadlineNanos) throws InterruptedException;

        Answer answer(Question question);
    }

    private record Waiting(Question question, long deadlineNanos, CompletableFuture<Answer> answer) {
        void refuse(Refusal refusal) {
            answer.complete(new Answer.Refused(refusal));
        }
    }

    private final Reader reader;
    private final QuorumSettings settings;
    private final Executor answering;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread thread;
    private List<Waiting> waiting = new ArrayList<>();
    /** Asked and not answered yet: those that wait, and those whose answer is being read. */
    private int open;

    private boolean closed;

    QuestionGatherer(String name, Reader reader, QuorumSettings settings, Executor answering) {
        this.reader = reader;
        this.settings = settings;
        this.answering = answering;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    CompletableFuture<Answer> ask(Question question) {
        long deadline = System.nanoTime() + settings.deadline().toNanos();
        Waiting asked = new Waiting(question, deadline, new CompletableFuture<>());
        reader.cannot().or(() -> tryAdd(asked)).ifPresent(asked::refuse);
        return asked.answer();
    }

    private Optional<Refusal> tryAdd(Waiting asked) {
        lock.lock();
        try {
            if (closed) {
                return Optional.of(Refusals.noQuorum("this master is stopping"));
            }
            if (open >= settings.maxWaiting()) {
                return Optional.of(Refusals.busy(open));
            }
            open++;
            waiting.add(asked);
            changed.signal();
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            for (List<Waiting> batch = next(); !batch.isEmpty(); batch = next()) {
                serve(batch);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close();
        }
    }

    /** Waits for questions; empty when closed. */
    private List<Waiting> next() throws InterruptedException {
        lock.lock();
        try {
            while (!closed && waiting.isEmpty()) {
                changed.await();
            }
            List<Waiting> batch = waiting;
            waiting = new ArrayList<>();
            if (closed) {
                batch.forEach(asked -> asked.refuse(Refusals.noQuorum("this master is stopping")));
                return List.of();
            }
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private void serve(List<Waiting> batch) throws InterruptedException {
        Optional<Refusal> refusal = reader.becomeCurrent(batch.getFirst().deadlineNanos());
        for (Waiting asked : batch) {
            answering.execute(() -> {
                finished();
                refusal.ifPresentOrElse(asked::refuse, () -> asked.answer().complete(reader.answer(asked.question())));
            });
        }
    }

    private void finished() {
        lock.lock();
        try {
            open--;
        } finally {
            lock.unlock();
        }
    }

    /** Refuses what waits. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
