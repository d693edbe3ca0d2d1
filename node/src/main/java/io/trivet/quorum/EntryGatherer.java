package io.trivet.quorum;

import io.trivet.message.StateCodec;
import io.trivet.message.StateMessages;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Refusal;
import io.trivet.model.Refusal.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Gathers operations into entries of the log: while the allowed number of entries is under way, further operations collect, and go together as the
 * next. An entry costs the same with one operation in it or with hundreds, so under load the log grows by few, large entries; without load an
 * operation waits for nobody.
 *
 * <p>Only the gatherer's own thread takes an operation from those that wait, so "refused, nothing was done" and "proposed" exclude each other.
 */
final class EntryGatherer implements AutoCloseable {
    private static final long MAX_WAITING_BYTES = 32L << 20;
    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** Where entries go. */
    interface Proposer {
        /** Whether entries can be proposed now. */
        Standing standing();

        /** Proposes an entry. The future never fails. */
        CompletableFuture<Result> propose(Batches.Entry entry);
    }

    /** Whether this node can propose. */
    sealed interface Standing {
        record Leads() implements Standing {}

        /** It is the leader, but has not yet what the leaders before it did. */
        record GetsReady() implements Standing {}

        record Cannot(Refusal refusal) implements Standing {}
    }

    /** What an entry came to. */
    sealed interface Result {
        record Applied(List<Outcome> outcomes) implements Result {}

        record Failed(Refusal refusal) implements Result {}
    }

    private record Waiting(
            StateMessages.Operation operation, int bytes, long deadlineNanos, CompletableFuture<Outcome> outcome) {
        void refuse(Refusal refusal) {
            outcome.complete(new Outcome.Refused(refusal));
        }
    }

    private final Proposer proposer;
    private final QuorumSettings settings;
    private final Executor answering;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final Thread thread;
    private long waitingBytes;
    private int inFlight;
    private boolean closed;

    EntryGatherer(String name, Proposer proposer, QuorumSettings settings, Executor answering) {
        this.proposer = proposer;
        this.settings = settings;
        this.answering = answering;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    CompletableFuture<Outcome> submit(Operation operation) {
        if (proposer.standing() instanceof Standing.Cannot cannot) {
            return CompletableFuture.completedFuture(new Outcome.Refused(cannot.refusal()));
        }
        StateMessages.Operation message = StateCodec.to(operation);
        int bytes = message.getSerializedSize() + Batches.OVERHEAD_BYTES;
        return add(new Waiting(
                        message, bytes, System.nanoTime() + settings.deadline().toNanos(), new CompletableFuture<>()))
                .outcome();
    }

    private Waiting add(Waiting operation) {
        Optional<Refusal> refusal = tryAdd(operation);
        refusal.ifPresent(operation::refuse);
        return operation;
    }

    private Optional<Refusal> tryAdd(Waiting operation) {
        if (operation.bytes() > Batches.MAX_ENTRY_BYTES - Batches.OVERHEAD_BYTES) {
            return Optional.of(new Refusal(
                    Kind.BAD_REQUEST,
                    "",
                    "the operation has " + operation.bytes() + " bytes; an entry of the log takes "
                            + Batches.MAX_ENTRY_BYTES));
        }
        lock.lock();
        try {
            if (closed) {
                return Optional.of(Refusals.noQuorum("this master is stopping"));
            }
            if (waiting.size() >= settings.maxWaiting() || waitingBytes + operation.bytes() > MAX_WAITING_BYTES) {
                return Optional.of(Refusals.busy(waiting.size()));
            }
            waiting.add(operation);
            waitingBytes += operation.bytes();
            changed.signal();
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            for (List<Waiting> batch = next(); !batch.isEmpty(); batch = next()) {
                propose(batch);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close();
        }
    }

    /** Waits until an entry can go; empty when closed. */
    private List<Waiting> next() throws InterruptedException {
        lock.lock();
        try {
            while (!closed) {
                refuseLate();
                if (mayPropose()) {
                    inFlight++;
                    return take();
                }
                if (waiting.isEmpty()) {
                    changed.await();
                } else {
                    // Looks again now and then: nobody calls when this node gets ready to lead, or when a deadline
                    // passes.
                    long _ = changed.awaitNanos(LOOK_AGAIN_NANOS);
                }
            }
            return List.of();
        } finally {
            lock.unlock();
        }
    }

    private boolean mayPropose() {
        if (waiting.isEmpty() || inFlight >= settings.entriesInFlight()) {
            return false;
        }
        return switch (proposer.standing()) {
            case Standing.Leads _ -> true;
            case Standing.GetsReady _ -> false;
            case Standing.Cannot cannot -> {
                refuseAll(cannot.refusal());
                yield false;
            }
        };
    }

    private List<Waiting> take() {
        List<Waiting> batch = new ArrayList<>();
        int bytes = Batches.OVERHEAD_BYTES;
        for (Waiting next = waiting.peek();
                next != null && batch.size() < Batches.MAX_OPERATIONS;
                next = waiting.peek()) {
            bytes += next.bytes();
            if (bytes > Batches.MAX_ENTRY_BYTES) {
                break;
            }
            batch.add(removeFirst());
        }
        return batch;
    }

    private Waiting removeFirst() {
        Waiting first = waiting.remove();
        waitingBytes -= first.bytes();
        return first;
    }

    /** They wait in the order of their deadlines. */
    private void refuseLate() {
        long now = System.nanoTime();
        while (!waiting.isEmpty() && waiting.element().deadlineNanos() - now < 0) {
            Waiting late = removeFirst();
            answer(() -> late.refuse(Refusals.noQuorum("no majority of the masters took the operation in time")));
        }
    }

    private void refuseAll(Refusal refusal) {
        while (!waiting.isEmpty()) {
            Waiting next = removeFirst();
            answer(() -> next.refuse(refusal));
        }
    }

    private void answer(Runnable work) {
        answering.execute(work);
    }

    private void propose(List<Waiting> batch) {
        StateMessages.Batch.Builder message =
                StateMessages.Batch.newBuilder().setVersion(Batches.VERSION).setTimeMs(System.currentTimeMillis());
        batch.forEach(operation -> message.addOperations(operation.operation()));
        Batches.Entry entry = new Batches.Entry(message.build());
        var _ = proposer.propose(entry)
                .completeOnTimeout(
                        new Result.Failed(Refusals.unknown("no majority of the masters answered in time")),
                        settings.deadline().toNanos(),
                        TimeUnit.NANOSECONDS)
                .thenAccept(result -> landed(batch, result));
    }

    private void landed(List<Waiting> batch, Result result) {
        lock.lock();
        try {
            inFlight--;
            changed.signal();
        } finally {
            lock.unlock();
        }
        answer(() -> tell(batch, result));
    }

    private static void tell(List<Waiting> batch, Result result) {
        switch (result) {
            case Result.Failed failed -> batch.forEach(operation -> operation.refuse(failed.refusal()));
            case Result.Applied applied
            when applied.outcomes().size() == batch.size() -> {
                for (int i = 0; i < batch.size(); i++) {
                    batch.get(i).outcome().complete(applied.outcomes().get(i));
                }
            }
            case Result.Applied _ -> {
                Refusal unknown = Refusals.unknown("the entry was applied before");
                batch.forEach(operation -> operation.refuse(unknown));
            }
        }
    }

    /** Refuses what waits; what is under way is told when it lands. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            refuseAll(Refusals.noQuorum("this master is stopping"));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
