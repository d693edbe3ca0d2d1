package io.trivet.quorum;

import io.trivet.message.CommandCodec;
import io.trivet.message.StateMessages;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.namespace.StateMachine;
import io.trivet.namespace.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongPredicate;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;

/**
 * The replicated state as Ratis drives it: one thread of Ratis applies entries and takes
 * checkpoints, and a checkpoint from the leader replaces the state between two entries.
 *
 * <p>An entry that cannot be applied stops this master: Ratis would log the failure and continue
 * with the next entry, and the state would differ from the others' for ever.
 */
final class NamespaceStateMachine extends BaseStateMachine {
    /**
     * The id under which a part of a checkpoint arrives, for the thread that hands it to Ratis;
     * other threads may hand in parts of others.
     */
    static final ScopedValue<String> ARRIVING = ScopedValue.newInstance();

    private final Path stateDirectory;
    private final CheckpointStore checkpointStore;
    private final DurableNames names;
    private final Function<Store, StateMachine> over;
    private final Consumer<Throwable> broken;
    private final long checkpointBytes;
    private final Runnable checkpointDue;
    private final LongPredicate mayReachDisk;
    private final StateFlushPace pace = new StateFlushPace(System::nanoTime);
    private final Object applied = new Object();
    private final AtomicLong leaderChanges = new AtomicLong();
    private volatile @Nullable OpenState living;
    private volatile @Nullable Throwable failure;
    /** Used only by the applying thread. */
    private long bytesSinceCheckpoint;

    /**
     * @param names of the files of the log
     * @param broken receives the reason why this master cannot continue: its log or its state
     *     failed
     * @param checkpointBytes after so many bytes of entries {@code checkpointDue} runs, once; Ratis
     *     itself counts only entries
     * @param mayReachDisk whether the state after this entry may be written to disk: the log has
     *     the entry there, and there is room
     */
    NamespaceStateMachine(
            Path stateDirectory,
            CheckpointStore checkpointStore,
            DurableNames names,
            Function<Store, StateMachine> over,
            Consumer<Throwable> broken,
            long checkpointBytes,
            Runnable checkpointDue,
            LongPredicate mayReachDisk) {
        this.stateDirectory = stateDirectory;
        this.checkpointStore = checkpointStore;
        this.names = names;
        this.over = over;
        this.broken = broken;
        this.checkpointBytes = checkpointBytes;
        this.checkpointDue = checkpointDue;
        this.mayReachDisk = mayReachDisk;
    }

    @Override
    public void initialize(RaftServer server, RaftGroupId group, RaftStorage storage) throws IOException {
        getLifeCycle()
                .startAndTransition(
                        () -> {
                            super.initialize(server, group, storage);
                            checkpointStore.recover();
                            begin();
                        },
                        IOException.class);
    }

    private void begin() throws IOException {
        living = OpenState.open(stateDirectory, checkpointStore.newest(), over);
        setLastAppliedTermIndex(
                checkpointStore.newest().map(CheckpointStore.Checkpoint::at).orElse(TermIndex.INITIAL_VALUE));
    }

    /**
     * The last entry whose changes are in the store. After a restart it may be beyond what Ratis
     * considers applied, never beyond the log.
     */
    long appliedIndex() {
        return living().appliedIndex();
    }

    /** See {@link StateMachine#hasChangedFiles}; false while the state is not open. */
    boolean hasChangedFiles() {
        OpenState current = living;
        return current != null && current.state().hasChangedFiles();
    }

    /** Answers from the current state. */
    QueryResult answer(Query query) {
        return living().state().answer(query);
    }

    private OpenState living() {
        OpenState current = living;
        if (current == null) {
            throw new IllegalStateException("the state is not open yet");
        }
        return current;
    }

    /** Called before the entry is appended: until now it is certainly not in the log. */
    @Override
    public TransactionContext preAppendTransaction(TransactionContext transaction) {
        RaftClientRequest request = transaction.getClientRequest();
        if (request != null && request.getMessage() instanceof LogEntryCodec.Entry entry) {
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
            flushIfDue(entry.getIndex());
            return CompletableFuture.completedFuture(new LogEntryCodec.Results(outcomes));
        } catch (RuntimeException | Error e) {
            failure = e;
            condemnIfDamaged(e);
            broken.accept(e);
            throw e;
        }
    }

    /** If the store is damaged, makes the next start take the state from the checkpoint. */
    void condemnIfDamaged(Throwable failure) {
        if (FailureKind.isDamage(failure)) {
            OpenState.condemn(stateDirectory);
        }
    }

    private void count(int bytes) {
        boolean due = bytesSinceCheckpoint >= checkpointBytes;
        bytesSinceCheckpoint += bytes;
        if (!due && bytesSinceCheckpoint >= checkpointBytes) {
            checkpointDue.run();
        }
    }

    /**
     * Writes the state, so that a start has little to apply again. The state on disk never gets
     * ahead of this log on disk: a leader may apply entries that only other masters have on disk so
     * far, and a log that ends before the state is refused.
     */
    private void flushIfDue(long index) {
        if (pace.isDue() && mayReachDisk.test(index)) {
            living().store().flush();
            pace.flushed();
        }
    }

    /** Skips entries that the store has already, without reading them. */
    private List<Outcome> apply(LogEntryProto entry) {
        long index = entry.getIndex();
        if (index <= living().appliedIndex()) {
            return List.of();
        }
        StateMessages.Batch batch =
                LogEntryCodec.read(index, entry.getStateMachineLogEntry().getLogData());
        List<Operation> operations =
                batch.getOperationsList().stream().map(CommandCodec::from).toList();
        return living().state().apply(index, Instant.ofEpochMilli(batch.getTimeMs()), operations);
    }

    @Override
    protected boolean updateLastAppliedTermIndex(TermIndex index) {
        boolean changed = super.updateLastAppliedTermIndex(index);
        synchronized (applied) {
            applied.notifyAll();
        }
        return changed;
    }

    /** Waits until everything up to this entry is applied. False if time is up. */
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

    /**
     * Rule 9: the log is purged only up to the returned entry, and that checkpoint is durable.
     * After a start the store may be ahead of Ratis. Then no checkpoint is taken and Ratis asks
     * again, because a checkpoint must not contain more than the log of a peer that receives it.
     */
    @Override
    public long takeSnapshot() throws IOException {
        TermIndex at = getLastAppliedTermIndex();
        OpenState current = living();
        if (current.appliedIndex() > at.getIndex()) {
            return RaftLog.INVALID_LOG_INDEX;
        }
        // A failed checkpoint is retried after as many bytes, or when Ratis has counted its
        // entries.
        bytesSinceCheckpoint = 0;
        checkpointStore.take(at, current.appliedIndex(), current.store());
        return at.getIndex();
    }

    /**
     * Ratis calls this before it forces log entries to disk and counts them as written; their
     * segment must be findable then.
     */
    @Override
    public CompletableFuture<Void> flush(long index) {
        try {
            names.force();
            return CompletableFuture.completedFuture(null);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public StateMachineStorage getStateMachineStorage() {
        return checkpointStore;
    }

    /**
     * Ratis has received a whole checkpoint in this thread, and will publish it, purge the log and
     * call {@link #reinitialize}.
     */
    @Override
    public void pause() {
        try {
            checkpointStore.adopt(ARRIVING.orElse("of unknown origin"));
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
        checkpointStore.reload();
        begin();
        getLifeCycle().transition(LifeCycle.State.RUNNING);
    }

    @Override
    public void notifyLeaderChanged(RaftGroupMemberId member, RaftPeerId leader) {
        leaderChanges.incrementAndGet();
    }

    /** How often this master heard of a new leader since it started. */
    long leaderChanges() {
        return leaderChanges.get();
    }

    @Override
    public void notifyLogFailed(Throwable cause, @Nullable LogEntryProto entry) {
        broken.accept(cause);
    }

    @Override
    public void close() {
        OpenState current = living;
        if (current != null) {
            current.close();
        }
    }
}
