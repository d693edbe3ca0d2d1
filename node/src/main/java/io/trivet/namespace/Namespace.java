package io.trivet.namespace;

import io.trivet.message.StateMessages.DivergenceRow;
import io.trivet.model.ChunkSize;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.Group;
import io.trivet.model.IdState;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.RemotePath;
import io.trivet.model.SessionId;
import io.trivet.model.Slot;
import io.trivet.model.TrashedFile;
import io.trivet.model.TrivetException;
import io.trivet.model.User;
import io.trivet.namespace.Store.Change;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The state machine. One thread applies; any number may ask, and see the state between two entries.
 *
 * <p>A replica that cannot go on, because of a bug, a failing store or a divergence from the
 * leader, must not serve: from then on everything but {@link #appliedIndex} and {@link #divergence}
 * throws {@link IllegalStateException}.
 */
public final class Namespace implements StateMachine {
    /** At most this many ids are looked at for one page of {@code recorded}. */
    public static final int MAX_RECORDED = 10_000;

    private final Store store;
    private final Queries queries = new Queries();
    private final StateHash hash;

    /** Held for reading by those who ask, for writing only while the changes of an entry go into the store. */
    private final ReadWriteLock between = new ReentrantReadWriteLock();

    private volatile long applied;
    private volatile @Nullable DivergedException divergedException;
    private volatile @Nullable Throwable failure;

    /**
     * Goes on from what is in the store, which may be empty. Throws {@link LaterReleaseException}
     * where a later release wrote it.
     */
    public Namespace(Store store) {
        this.store = store;
        Transaction rows = new Transaction(store);
        new Settings(rows).requireKnownFormat();
        this.applied = rows.number(RowKeys.APPLIED);
        this.hash = new StateHash(applied, rows.number(RowKeys.HASH));
        DivergenceRow row = rows.get(RowKeys.DIVERGENCE, DivergenceRow.parser());
        this.divergedException =
                row == null ? null : new DivergedException(row.getIndex(), row.getOwn(), row.getStated());
    }

    /**
     * Applies one entry of the log: its operations in order, each with its own outcome. An entry at
     * or below {@link #appliedIndex} is passed over (its outcomes are gone) and answered with an
     * empty list. The entry's changes and its index are written in one step (rule 9).
     *
     * @param time of the leader that made the entry; a time before that of an earlier entry counts
     *     as that earlier time
     */
    @Override
    public List<Outcome> apply(long index, Instant time, List<Operation> operations) {
        requireServing();
        if (index <= applied) {
            return List.of();
        }
        try {
            operations.forEach(this::compare);
            return applyNext(index, time, operations);
        } catch (RuntimeException | Error e) {
            failure = e;
            throw e;
        }
    }

    /** Answers from the state as it is now; whether that is recent enough is the caller's care. */
    @Override
    public QueryResult answer(Query query) {
        return ask(rows -> queries.answer(rows, query));
    }

    /** The index of the last entry whose changes are in the store; 0 at first. */
    @Override
    public long appliedIndex() {
        return applied;
    }

    /** What the leader states from time to time, so that replicas find out that they differ. */
    public Command.Attest attestation() {
        return ask(_ -> new Command.Attest(applied, hash.newest()));
    }

    /** How this replica differs from the leader, if it does. It has to be made anew from another one's state. */
    public Optional<DivergedException> divergence() {
        return Optional.ofNullable(divergedException);
    }

    /** Whether a file id was ever issued: until then there is nothing that a layout could move. */
    public boolean hasIssuedFiles() {
        return ask(rows -> rows.count(Counter.FILES) > 0);
    }

    /** Where the first chunk of a file that is being saved is, and how long its chunks are. */
    public record OpenFile(Slot first, ChunkSize chunkSize) {}

    /** What is known of a file id whose save is open. */
    public Optional<OpenFile> openSave(FileId file) {
        return ask(rows -> Optional.ofNullable(OpenSave.of(rows, file))
                .map(open -> new OpenFile(open.firstOf(file), open.chunkSize())));
    }

    /** Whether recursive removals left something to {@link Command.Dissolve}. */
    public boolean hasDetached() {
        return ask(rows -> new RemovedFiles(rows).hasDetached());
    }

    /** Whether there is something left to {@link Command.CountUse}. */
    public boolean isCounting() {
        return ask(rows -> new UsageRecount(rows).isUnderWay());
    }

    /** How many quotas are at a path and below. */
    public long quotasWithin(RemotePath path) {
        return ask(rows -> new Quotas(rows).within(path));
    }

    /** What a user has open. Looks at all sessions. */
    public UserSessions sessionsOf(String user) {
        return ask(rows -> new Sessions(rows).of(user));
    }

    /** At most so many sessions whose users were removed. */
    public List<SessionId> sessionsOfRemovedUsers(int limit) {
        return ask(rows -> new Sessions(rows).ofRemovedUsers(limit));
    }

    /** How many reservations are open in a session; 0 where it has ended. */
    public int openReservations(SessionId session) {
        return ask(rows -> new Sessions(rows).userOf(session).isEmpty() ? 0 : new Sessions(rows).openRows(session));
    }

    /** The sessions that are open. */
    public List<SessionId> sessions() {
        return ask(rows -> new Sessions(rows).live());
    }

    /** Of the open sessions those that hold a save which can be resumed: they may be silent for longer. */
    public Set<SessionId> resumableSessions() {
        return ask(rows -> new Sessions(rows).resumable());
    }

    /** Whose a session is; empty when it has ended. */
    public Optional<String> userOf(SessionId session) {
        return ask(rows -> new Sessions(rows).userOf(session));
    }

    /** Whether a node joined with this key. */
    public boolean hasJoined(UUID nodeKey) {
        return ask(rows -> new NodeRegistry(rows).known(nodeKey).isPresent());
    }

    /**
     * Throws {@link IllegalStateException} with what contradicts what, where rows that somebody
     * brought do not fit together. Reads everything; nothing is applied meanwhile.
     *
     * @param epochOfIds the last epoch in which file ids were issued
     */
    public void requireConsistent(int epochOfIds) {
        ask(_ -> {
            new ConsistencyCheck(store, epochOfIds).require();
            return epochOfIds;
        });
    }

    /**
     * How many nodes have left the cluster for good, numbers that were passed over, and changes of
     * its keys; it never falls.
     */
    public long departures() {
        return ask(rows -> new NodeRegistry(rows).departures());
    }

    /** A user, if there is one of this name, with the rights of its groups. */
    public Optional<MarkedUser> user(String name) {
        return ask(rows -> {
            Users users = new Users(rows);
            return users.effective(name)
                    .flatMap(user -> users.secretOf(name).map(secret -> new MarkedUser(user, secret.mark())));
        });
    }

    /** A group, if there is one of this name. */
    public Optional<Group> group(String name) {
        return ask(rows -> new Groups(rows).find(name));
    }

    /** A user with its wrapped secret, of one moment. */
    public Optional<WrappedSecret> secretOf(String name) {
        return ask(rows -> new Users(rows).secretOf(name));
    }

    /**
     * The hash of the token with this id, if it is open or was not cleared away yet; whether it
     * lets somebody in is for the log to say.
     */
    public Optional<String> tokenWith(String id) {
        return ask(rows -> new Tokens(rows, Instant.EPOCH).hashOf(id));
    }

    /** A user's secret as it rests. */
    public record WrappedSecret(byte[] wrapped, long keptMark) {
        /**
         * What tells this secret from every other, of this user or of another one who had the name:
         * each is wrapped under a nonce of its own. It stays the same where the same secret is
         * wrapped anew.
         */
        public long mark() {
            return keptMark == 0 ? ownMark() : keptMark;
        }

        private long ownMark() {
            try {
                return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(wrapped))
                        .getLong();
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }
    }

    /** A user and the mark of its secret, of one moment. */
    public record MarkedUser(User user, long mark) {}

    /** What this state says of an id; only a linearizable answer of the quorum counts (rule 3). */
    public IdState stateOf(FileId file) {
        return ask(rows -> new FileIndex(rows).stateOf(file));
    }

    /** The node that joined with this key, if one did. */
    public Optional<NodeId> nodeWith(UUID nodeKey) {
        return ask(rows -> new NodeRegistry(rows).known(nodeKey).map(Outcome.Joined::node));
    }

    /**
     * The files that have a name or can be restored from the trash, in the order of their ids;
     * {@code limit} (1 to {@link #MAX_RECORDED}) ids of each are looked at, beginning with {@code
     * from}.
     */
    public FilePage wanted(FileId from, int limit) {
        if (limit < 1 || limit > MAX_RECORDED) {
            throw new IllegalArgumentException("a page has 1 to " + MAX_RECORDED + " files, not " + limit);
        }
        return ask(rows -> new LiveFiles(rows).page(from, limit));
    }

    /**
     * Where a file is, or was before it went into the trash; empty if nobody may want it. Throws
     * {@code BAD_NAME} where the path is none.
     */
    public Optional<RemotePath> pathOf(FileId file) {
        return ask(rows -> new LiveFiles(rows).pathOf(file));
    }

    /**
     * Whether all paths below a directory are valid once it was renamed; throws {@link
     * TrivetException} ({@code BAD_NAME}) where one becomes too long. Looks at all of it, between
     * entries: what is added meanwhile is not seen, so the longest path that can come of it is
     * twice as long as is allowed, and no longer one follows from that.
     *
     * @param goOn asked now and then; throws to end it
     */
    public void requirePaths(Command.Rename rename, Runnable goOn) {
        PathLimits pathLimits = ask(rows -> reach(rows, rename));
        while (!pathLimits.isDone()) {
            goOn.run();
            ask(rows -> {
                pathLimits.step(rows);
                return pathLimits;
            });
        }
    }

    /** What is not there is refused by the entry itself, which may be a repetition. */
    private static PathLimits reach(Transaction rows, Command.Rename rename) {
        try {
            return PathLimits.of(new PathResolver(rows).find(rename.from()), rename.from(), rename.to());
        } catch (TrivetException _) {
            return PathLimits.of(new PathResolver(rows).root(), RemotePath.ROOT, RemotePath.ROOT);
        }
    }

    /** The latest time that any entry carried: what is removed from now on is removed at this time or later. */
    public Instant time() {
        return ask(rows -> Instant.ofEpochMilli(rows.number(RowKeys.TIME)));
    }

    /**
     * Files that were removed before this time; {@code limit} (1 to {@link #MAX_RECORDED}) rows are
     * looked at, beginning with {@code from}.
     */
    public RemovedPage removedBefore(Instant before, FileId from, int limit) {
        if (limit < 1 || limit > MAX_RECORDED) {
            throw new IllegalArgumentException("a page has 1 to " + MAX_RECORDED + " files, not " + limit);
        }
        return ask(rows -> new RemovedFiles(rows).removedBefore(before, from, limit));
    }

    /**
     * Files in the trash since before this time; {@code limit} (1 to {@link #MAX_RECORDED}) rows
     * are looked at, beginning with {@code from}.
     */
    public RemovedPage trashedBefore(Instant before, FileId from, int limit) {
        if (limit < 1 || limit > MAX_RECORDED) {
            throw new IllegalArgumentException("a page has 1 to " + MAX_RECORDED + " files, not " + limit);
        }
        return ask(rows -> new TrashRows(rows).trashedBefore(before, from, limit));
    }

    /** A file that is in the trash. */
    public Optional<TrashedFile> trashed(FileId file) {
        return ask(rows -> new TrashRows(rows).find(file));
    }

    /** How long removed files stay in the trash; zero for not at all. */
    public Duration trashFor() {
        return ask(rows -> Duration.ofSeconds(new Settings(rows).row().getTrashSeconds()));
    }

    /** Writes a backup of the state after one entry, whatever is applied meanwhile. */
    public Backup.Summary backup(OutputStream target) throws IOException {
        try (Store.Snapshot moment = snapshot()) {
            return Backup.write(moment, target);
        }
    }

    private Store.Snapshot snapshot() {
        between.readLock().lock();
        try {
            requireServing();
            return store.snapshot();
        } finally {
            between.readLock().unlock();
        }
    }

    private List<Outcome> applyNext(long index, Instant time, List<Operation> operations) {
        Transaction rows = new Transaction(store);
        long now = Math.max(rows.number(RowKeys.TIME), time.toEpochMilli());
        rows.putNumber(RowKeys.TIME, now);
        rows.putNumber(RowKeys.APPLIED, index);
        Commands commands = new Commands(rows, index, Instant.ofEpochMilli(now));
        List<Outcome> outcomes = operations.stream().map(commands::apply).toList();
        long hashAfter = hash.with(rows.changes());
        rows.putNumber(RowKeys.HASH, hashAfter);
        write(rows.changes(), () -> {
            applied = index;
            hash.remember(index, hashAfter);
        });
        return outcomes;
    }

    /** A replica that remembers another hash than the leader's has diverged; it remembers that too. */
    private void compare(Operation operation) {
        if (!(operation.command() instanceof Command.Attest attest)) {
            return;
        }
        hash.contradict(attest.index(), attest.hash()).ifPresent(found -> {
            Transaction rows = new Transaction(store);
            rows.put(
                    RowKeys.DIVERGENCE,
                    DivergenceRow.newBuilder()
                            .setIndex(found.index())
                            .setOwn(found.own())
                            .setStated(found.stated())
                            .build());
            write(rows.changes(), () -> divergedException = found);
            requireServing();
        });
    }

    private void write(List<Change> changes, Runnable inTheSameStep) {
        between.writeLock().lock();
        try {
            store.write(changes);
            inTheSameStep.run();
        } finally {
            between.writeLock().unlock();
        }
    }

    private <T> T ask(Function<Transaction, T> question) {
        between.readLock().lock();
        try {
            requireServing();
            return question.apply(new Transaction(store));
        } finally {
            between.readLock().unlock();
        }
    }

    private void requireServing() {
        DivergedException found = divergedException;
        if (found != null) {
            throw new IllegalStateException("this replica has diverged: " + found);
        }
        Throwable cause = failure;
        if (cause != null) {
            throw new IllegalStateException("this replica stopped after entry " + applied, cause);
        }
    }
}
