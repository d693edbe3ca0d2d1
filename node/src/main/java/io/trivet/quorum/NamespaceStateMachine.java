package io.trivet.quorum;

import io.trivet.message.StateCodec;
import io.trivet.message.StateMessages;
import io.trivet.model.Answer;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Question;
import io.trivet.namespace.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;

/**
 * The replicated state as Ratis drives it: entries are applied by one thread of Ratis, checkpoints are taken by the same thread, and a checkpoint that
 * the leader sent replaces the state between two entries.
 *
 * <p>An entry that cannot be applied ends this master: Ratis would log the failure and go on with the next entry, and the state would differ from the
 * others' for ever.
 */
final class NamespaceStateMachine extends BaseStateMachine {
    private final Path stateDirectory;
    private final Checkpoints checkpoints;
    private final Function<Store, ReplicatedState> over;
    private final Consumer<Throwable> broken;
    private final long checkpointBytes;
    private final Runnable checkpointDue;
    private final Object applied = new Object();
    private volatile @Nullable LivingState living;
    private volatile @Nullable Throwable failure;
    private volatile String arriving = "";
    /** Only the thread that applies touches it. */
    private long bytesSinceCheckpoint;

    /**
     * @param broken hears why this master cannot go on: its log or its state failed
     * @param checkpointBytes after so many bytes of entries {@code checkpointDue} is called, once; Ratis itself counts entries only
     */
    NamespaceStateMachine(
            Path stateDirectory,
            Checkpoints checkpoints,
            Function<Store, ReplicatedState> over,
            Consumer<Throwable> broken,
            long checkpointBytes,
            Runnable checkpointDue) {
        this.stateDirectory = stateDirectory;
        this.checkpoints = checkpoints;
        this.over = over;
        this.broken = broken;
        this.checkpointBytes = checkpointBytes;
        this.checkpointDue = checkpointDue;
    }

    @Override
    public void initialize(RaftServer server, RaftGroupId group, RaftStorage storage) throws IOException {
        getLifeCycle()
                .startAndTransition(
                        () -> {
                            super.initialize(server, group, storage);
                            checkpoints.recover();
                            begin();
                        },
                        IOException.class);
    }

    private void begin() throws IOException {
        living = LivingState.open(stateDirectory, checkpoints.newest(), over);
        setLastAppliedTermIndex(
                checkpoints.newest().map(Checkpoints.Checkpoint::at).orElse(TermIndex.INITIAL_VALUE));
    }

    /** The last entry whose changes are in the store: at a restart this may be beyond what Ratis thinks was applied, never beyond the log. */
    long appliedIndex() {
        return living().appliedIndex();
    }

    /** Answers from the state as it is. */
    Answer answer(Question question) {
        return living().state().answering().apply(question);
    }

    private LivingState living() {
        LivingState current = living;
        if (current == null) {
            throw new IllegalStateException("the state is not open yet");
        }
        return current;
    }

    /** The last moment at which an entry is surely not in the log. */
    @Override
    public TransactionContext preAppendTransaction(TransactionContext transaction) {
        RaftClientRequest request = transaction.getClientRequest();
        if (request != null && request.getMessage() instanceof Batches.Entry entry) {
            entry.propose();
        }
        return transaction;
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        LogEntryProto entry = transaction.getLogEntry();
        if (failure != null) {
            throw new IllegalStateException("an entry before failed", failure);
        }
        try {
            List<Outcome> outcomes = apply(entry);
            updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
            count(entry.getStateMachineLogEntry().getLogData().size());
            return CompletableFuture.completedFuture(new Batches.Results(outcomes));
        } catch (RuntimeException | Error e) {
            failure = e;
            broken.accept(e);
            throw e;
        }
    }

    private void count(int bytes) {
        boolean due = bytesSinceCheckpoint >= checkpointBytes;
        bytesSinceCheckpoint += bytes;
        if (!due && bytesSinceCheckpoint >= checkpointBytes) {
            checkpointDue.run();
        }
    }

    private List<Outcome> apply(LogEntryProto entry) {
        long index = entry.getIndex();
        StateMessages.Batch batch =
                Batches.read(index, entry.getStateMachineLogEntry().getLogData());
        List<Operation> operations =
                batch.getOperationsList().stream().map(StateCodec::from).toList();
        return living().state().applying().apply(index, Instant.ofEpochMilli(batch.getTimeMs()), operations);
    }

    @Override
    protected boolean updateLastAppliedTermIndex(TermIndex index) {
        boolean changed = super.updateLastAppliedTermIndex(index);
        synchronized (applied) {
            applied.notifyAll();
        }
        return changed;
    }

    /** Waits until everything up to this entry is applied. False when time is up. */
    boolean awaitApplied(long index, long deadlineNanos) throws InterruptedException {
        synchronized (applied) {
            while (getLastAppliedTermIndex().getIndex() < index) {
                long left = (deadlineNanos - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    return false;
                }
                applied.wait(left);
            }
            return true;
        }
    }

    /** Rule 9: the log is purged only up to what this returns, and that is durable. */
    @Override
    public long takeSnapshot() throws IOException {
        TermIndex at = getLastAppliedTermIndex();
        LivingState current = living();
        // A failure is tried again after as many bytes, or when Ratis has counted its entries.
        bytesSinceCheckpoint = 0;
        checkpoints.take(at, current.appliedIndex(), current.store());
        return at.getIndex();
    }

    @Override
    public StateMachineStorage getStateMachineStorage() {
        return checkpoints;
    }

    /** The id under which the next checkpoint from the leader arrives. */
    void arriving(String request) {
        arriving = request;
    }

    /** Ratis has received a whole checkpoint, and will publish it, purge the log and call {@link #reinitialize}. */
    @Override
    public void pause() {
        try {
            checkpoints.adopt(arriving);
        } catch (IOException e) {
            throw new UncheckedIOException("the leader's checkpoint cannot be kept: " + e.getMessage(), e);
        }
        if (getLifeCycleState() == LifeCycle.State.RUNNING) {
            getLifeCycle().transition(LifeCycle.State.PAUSING);
            getLifeCycle().transition(LifeCycle.State.PAUSED);
        }
    }

    @Override
    public void reinitialize() throws IOException {
        getLifeCycle().transition(LifeCycle.State.STARTING);
        living().close();
        checkpoints.reload();
        begin();
        getLifeCycle().transition(LifeCycle.State.RUNNING);
    }

    @Override
    public void notifyLogFailed(Throwable cause, @Nullable LogEntryProto entry) {
        broken.accept(cause);
    }

    @Override
    public void close() {
        LivingState current = living;
        if (current != null) {
            current.close();
        }
    }
}
