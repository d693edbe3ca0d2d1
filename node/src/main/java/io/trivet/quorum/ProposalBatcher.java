package io.trivet.quorum;

import io.trivet.message.CommandCodec;
import io.trivet.message.StateMessages;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Refusal;
import io.trivet.model.Refusal.Kind;
import io.trivet.thread.VitalThreads;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Batches operations into log entries: operations that arrive while an entry is in progress form
 * the next one together; if very many arrive, they do not wait for it. An entry costs the same with
 * one operation or hundreds, so under load the log grows by few, large entries. Without load an
 * operation does not wait, and no other thread is woken to propose it.
 *
 * <p>Waiting operations are taken under the lock, each once: "refused, nothing was done" and
 * "proposed" exclude each other. The batcher's own thread handles deadlines that pass, and a leader
 * that becomes ready.
 */
final class ProposalBatcher implements AutoCloseable {
    private static final long MAX_WAITING_BYTES = 32L << 20;
    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /**
     * Its thread keeps polling for so long after the last operation, because waking it for each
     * would cost more.
     */
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** This many operations form an entry of their own, even while others are in progress. */
    private static final int WORTH_AN_ENTRY = 64;

    /** The destination of entries. */
    interface Proposer {
        /** Whether entries can be proposed now. */
        Standing standing();

        /** Whether a file that goes away may write many rows: see {@link OperationWeight}. */
        boolean hasChangedFiles();

        /** Proposes an entry. The future never fails. */
        CompletableFuture<Result> propose(LogEntryCodec.Entry entry);
    }

    /** Whether this node can propose. */
    sealed interface Standing {
        record Leads() implements Standing {}

        /** It is the leader, but has not yet applied what earlier leaders committed. */
        record GetsReady() implements Standing {}

        record Cannot(Refusal refusal) implements Standing {}
    }

    /** The result of an entry. */
    sealed interface Result {
        record Applied(List<Outcome> outcomes) implements Result {}

        record Failed(Refusal refusal) implements Result {}
    }

    /** {@code weight}: {@link OperationWeight}, with the bytes of the operation itself. */
    private record Waiting(
            StateMessages.Operation operation,
            int bytes,
            long weight,
            long deadlineNanos,
            CompletableFuture<Outcome> outcome) {
        void refuse(Refusal refusal) {
            outcome.complete(new Outcome.Refused(refusal));
        }
    }

    /**
     * An entry in progress. The thread that removes it from those in progress completes its
     * operations.
     */
    private static final class UnderWay {
        private final List<Waiting> batch;
        private final long deadlineNanos;

        UnderWay(List<Waiting> batch, long deadlineNanos) {
            this.batch = batch;
            this.deadlineNanos = deadlineNanos;
        }
    }

    private final Proposer proposer;
    private final QuorumSettings settings;
    private final Executor answering;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final Set<UnderWay> underWay = new LinkedHashSet<>();
    private final Thread thread;
    private long waitingBytes;
    private long busyUntilNanos = System.nanoTime();
    private boolean resting;
    private boolean closed;

    ProposalBatcher(String name, Proposer proposer, QuorumSettings settings, Executor answering) {
        this.proposer = proposer;
        this.settings = settings;
        this.answering = answering;
        this.thread = VitalThreads.unstarted(name, this::run);
    }

    void start() {
        thread.start();
    }

    CompletableFuture<Outcome> submit(Operation operation) {
        return submitAll(List.of(operation)).getFirst();
    }

    /** All that can be taken wait before the first is proposed. */
    List<CompletableFuture<Outcome>> submitAll(List<Operation> operations) {
        if (proposer.standing() instanceof Standing.Cannot cannot) {
            return operations.stream()
                    .map(_ -> CompletableFuture.<Outcome>completedFuture(new Outcome.Refused(cannot.refusal())))
                    .toList();
        }
        List<Waiting> all = operations.stream().map(this::waiting).toList();
        for (Waiting operation : all) {
            tryAdd(operation).ifPresent(operation::refuse);
        }
        proposeNow();
        return all.stream().map(Waiting::outcome).toList();
    }

    private Waiting waiting(Operation operation) {
        StateMessages.Operation message = CommandCodec.to(operation);
        int bytes = message.getSerializedSize() + LogEntryCodec.OVERHEAD_BYTES;
        return new Waiting(
                message,
                bytes,
                bytes + OperationWeight.of(operation.command(), proposer.hasChangedFiles()),
                System.nanoTime() + settings.deadline().toNanos(),
                new CompletableFuture<>());
    }

    private Optional<Refusal> tryAdd(Waiting operation) {
        if (operation.bytes() > LogEntryCodec.MAX_ENTRY_BYTES - LogEntryCodec.OVERHEAD_BYTES) {
            return Optional.of(new Refusal(
                    Kind.BAD_REQUEST,
                    "",
                    "the operation has " + operation.bytes() + " bytes; an entry of the log takes "
                            + LogEntryCodec.MAX_ENTRY_BYTES));
        }
        lock.lock();
        try {
            if (closed) {
                return Optional.of(QuorumErrors.stopping());
            }
            if (waiting.size() >= settings.maxWaiting() || waitingBytes + operation.bytes() > MAX_WAITING_BYTES) {
                return Optional.of(QuorumErrors.busy(waiting.size()));
            }
            waiting.add(operation);
            waitingBytes += operation.bytes();
            busyUntilNanos = System.nanoTime() + LINGER_NANOS;
            if (resting) {
                resting = false;
                LockSupport.unpark(thread);
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (isNeeded()) {
                LockSupport.parkNanos(this, mayRest() ? Long.MAX_VALUE : LOOK_AGAIN_NANOS);
                refuseAndGiveUpLate();
                proposeNow();
            }
        } finally {
            close();
        }
    }

    private boolean isNeeded() {
        lock.lock();
        try {
            return !closed || !underWay.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Whether its thread may rest until the next operation, which wakes it. */
    private boolean mayRest() {
        lock.lock();
        try {
            resting = !closed && waiting.isEmpty() && underWay.isEmpty() && System.nanoTime() - busyUntilNanos > 0;
            return resting;
        } finally {
            lock.unlock();
        }
    }

    private void refuseAndGiveUpLate() {
        lock.lock();
        try {
            refuseLate();
            giveUpLate();
        } finally {
            lock.unlock();
        }
    }

    /** Proposes what waits, as far as entries may be proposed now. */
    private void proposeNow() {
        for (Optional<UnderWay> next = next(); next.isPresent(); next = next()) {
            propose(next.get());
        }
    }

    /** The next entry, which the caller must propose; empty if none may be proposed now. */
    private Optional<UnderWay> next() {
        lock.lock();
        try {
            if (closed || !mayPropose()) {
                return Optional.empty();
            }
            UnderWay entry =
                    new UnderWay(take(), System.nanoTime() + settings.deadline().toNanos());
            underWay.add(entry);
            return Optional.of(entry);
        } finally {
            lock.unlock();
        }
    }

    private boolean mayPropose() {
        if (waiting.isEmpty() || !mayGo(underWay.size())) {
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

    private boolean mayGo(int entries) {
        return entries == 0 || (entries < settings.entriesInFlight() && waiting.size() >= WORTH_AN_ENTRY);
    }

    private List<Waiting> take() {
        List<Waiting> batch = new ArrayList<>();
        long weight = LogEntryCodec.OVERHEAD_BYTES;
        for (Waiting next = waiting.peek();
                next != null && batch.size() < LogEntryCodec.MAX_OPERATIONS;
                next = waiting.peek()) {
            weight += next.weight();
            if (weight > LogEntryCodec.MAX_ENTRY_BYTES && !batch.isEmpty()) {
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
            answer(() -> late.refuse(QuorumErrors.noQuorum("no majority of the masters took the operation in time")));
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

    private void propose(UnderWay entry) {
        StateMessages.Batch.Builder message =
                StateMessages.Batch.newBuilder().setTimeMs(settings.timeMs().getAsLong());
        entry.batch.forEach(operation -> message.addOperations(operation.operation()));
        message.setVersion(LogEntryCodec.version(message));
        var _ = proposer.propose(new LogEntryCodec.Entry(message.build())).thenAccept(result -> landed(entry, result));
    }

    /** Gives up entries that take too long: they may be in the log, or get there later. */
    private void giveUpLate() {
        long now = System.nanoTime();
        List<UnderWay> late =
                underWay.stream().filter(entry -> entry.deadlineNanos - now < 0).toList();
        Result unknown = new Result.Failed(QuorumErrors.unknown("no majority of the masters answered in time"));
        for (UnderWay entry : late) {
            underWay.remove(entry);
            answer(() -> tell(entry.batch, unknown));
        }
    }

    /** Called by a thread of the log, which must not wait for what follows. */
    private void landed(UnderWay entry, Result result) {
        boolean awaited;
        boolean more;
        lock.lock();
        try {
            awaited = underWay.remove(entry);
            more = !waiting.isEmpty();
        } finally {
            lock.unlock();
        }
        if (more) {
            answer(this::proposeNow);
        }
        if (awaited) {
            tell(entry.batch, result);
        }
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
                Refusal unknown = QuorumErrors.unknown("the entry was applied before");
                batch.forEach(operation -> operation.refuse(unknown));
            }
        }
    }

    /** Refuses what waits; entries in progress are answered when they end. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            refuseAll(QuorumErrors.stopping());
            LockSupport.unpark(thread);
        } finally {
            lock.unlock();
        }
    }
}
