package io.trivet.namespace;

import io.trivet.message.StateMessages.DivergenceRow;
import io.trivet.model.ChunkId;
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
import io.trivet.model.Upload;
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
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The state machine. One thread applies entries; any number may read, and see the state between two
 * entries.
 *
 * <p>A replica that cannot continue, because of a bug, a failing store or a divergence from the
 * leader, must not serve: from then on everything except {@link #appliedIndex} and {@link
 * #divergence} throws {@link IllegalStateException}.
 */
public final class Namespace implements StateMachine {
    /** At most this many ids are looked at for one page of {@code recorded}. */
    public static final int MAX_RECORDED = 10_000;

    private final Store store;
    private final Queries queries = new Queries();
    private final StateHash hash;

    /**
     * Readers hold the read lock; the write lock is held only while the changes of an entry go into
     * the store.
     */
    private final ReadWriteLock between = new ReentrantReadWriteLock();

    private volatile long applied;
    private volatile boolean changedFiles;
    private volatile @Nullable DivergedException divergedException;
    private volatile @Nullable Throwable failure;

    /**
     * Continues from the content of the store, which may be empty. Throws {@link
     * LaterReleaseException} if a later release wrote it.
     */
    public Namespace(Store store) {
        this.store = store;
        Transaction rows = new Transaction(store);
        new Settings(rows).requireKnownFormat();
        this.applied = rows.number(RowKeys.APPLIED);
        this.changedFiles = new Settings(rows).hasChangedFiles();
        this.hash = new StateHash(applied, rows.number(RowKeys.HASH));
        DivergenceRow row = rows.get(RowKeys.DIVERGENCE, DivergenceRow.parser());
        this.divergedException =
                row == null ? null : new DivergedException(row.getIndex(), row.getOwn(), row.getStated());
    }

    /**
     * Applies one log entry: its operations in order, each with its own outcome. An entry at or
     * below {@link #appliedIndex} is skipped and returns an empty list (its outcomes are gone). The
     * entry's changes and its index are written in one step (rule 9).
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

    @Override
    public boolean hasChangedFiles() {
        return changedFiles;
    }

    /** What the leader states periodically, so that replicas detect divergence. */
    public Command.Attest attestation() {
        return ask(_ -> new Command.Attest(applied, hash.newest()));
    }

    /**
     * How this replica differs from the leader, if it does. It must then be rebuilt from another
     * replica's state.
     */
    public Optional<DivergedException> divergence() {
        return Optional.ofNullable(divergedException);
    }

    /** Whether a file id was ever issued; if not, no layout change moves anything. */
    public boolean hasIssuedFiles() {
        return ask(rows -> rows.count(Counter.FILES) > 0);
    }

    /** The first slot and chunk size of an open save. */
    public record OpenFile(Slot first, ChunkSize chunkSize) {}

    /** The open save of a file id, if there is one. */
    public Optional<OpenFile> saveReservation(FileId file, @Nullable SessionId session) {
        return ask(rows -> Optional.ofNullable(SaveReservation.of(rows, file))
                .filter(open -> open.session().equals(session))
                .map(open -> new OpenFile(open.firstOf(file), open.chunkSize())));
    }

    /** An upload in progress, if there is one of this id. */
    public Optional<Upload> upload(FileId file) {
        return ask(rows -> Optional.ofNullable(new OpenUploads(rows).find(file)));
    }

    /** An upload in progress. Throws {@link TrivetException} ({@code NOT_OPEN}) if there is none. */
    public Upload requireUpload(FileId file) {
        return ask(rows -> new OpenUploads(rows).require(file));
    }

    /** Uploads that began before a time and got no piece since, at most {@code limit}. */
    public List<FileId> uploadsSilentSince(Instant time, int limit) {
        return ask(rows -> new OpenUploads(rows).silentSince(time, limit));
    }

    /** The length of a stored piece of an upload; 0 if it is not stored. */
    public long pieceLength(FileId file, int piece) {
        return ask(rows -> new OpenUploads(rows).lengthOf(file, piece));
    }

    /** The bytes of a user's files, also those in the trash, as far as they are counted. */
    public long bytesOf(String user) {
        return ask(rows -> new SpaceUsage(rows).of(user).bytes());
    }

    /** The uploads in progress that a user began. */
    public UserUploads uploadsOf(String user) {
        return ask(rows -> new OpenUploads(rows).of(user));
    }

    /** Whether something is left to {@link Command.Dissolve}. */
    public boolean hasDetached() {
        return ask(rows -> new RemovedFiles(rows).hasDetached() || new OpenUploads(rows).hasEnded());
    }

    /** Whether something is left to {@link Command.CountUse}. */
    public boolean isCounting() {
        return ask(rows -> new UsageRecount(rows).isUnderWay());
    }

    /** The number of quotas at a path and below it. */
    public long quotasWithin(RemotePath path) {
        return ask(rows -> new Quotas(rows).within(path));
    }

    /** The number of a user's sessions and reservations. Reads all sessions. */
    public UserSessions sessionsOf(String user) {
        return ask(rows -> new Sessions(rows).of(user));
    }

    /** At most {@code limit} sessions whose users were removed. */
    public List<SessionId> sessionsOfRemovedUsers(int limit) {
        return ask(rows -> new Sessions(rows).ofRemovedUsers(limit));
    }

    /** The number of open reservations of a session; 0 if it has ended. */
    public int openReservations(SessionId session) {
        return ask(rows -> new Sessions(rows).userOf(session).isEmpty() ? 0 : new Sessions(rows).openRows(session));
    }

    /** The sessions that are open. */
    public List<SessionId> sessions() {
        return ask(rows -> new Sessions(rows).live());
    }

    /** Open sessions with a save that can be resumed; they may be silent for longer. */
    public Set<SessionId> resumableSessions() {
        return ask(rows -> new Sessions(rows).resumable());
    }

    /** The user of a session; empty if it has ended. */
    public Optional<String> userOf(SessionId session) {
        return ask(rows -> new Sessions(rows).userOf(session));
    }

    /** Whether a node joined with this key. */
    public boolean hasJoined(UUID nodeKey) {
        return ask(rows -> new NodeRegistry(rows).known(nodeKey).isPresent());
    }

    /**
     * Checks a restored namespace. Throws {@link IllegalStateException} that names a contradiction
     * between its rows. Reads everything; no entry is applied during the check.
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
     * The number of nodes that have left permanently, plus skipped node numbers, plus changes of
     * the cluster's keys. Never decreases.
     */
    public long departures() {
        return ask(rows -> new NodeRegistry(rows).departures());
    }

    /** A user with the rights of its groups, if there is one of this name. */
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

    /** A user's wrapped secret with its mark. */
    public Optional<WrappedSecret> secretOf(String name) {
        return ask(rows -> new Users(rows).secretOf(name));
    }

    /**
     * The hash of the token with this id, if its row still exists. Only the log decides whether it
     * is valid.
     */
    public Optional<String> tokenWith(String id) {
        return ask(rows -> new Tokens(rows, Instant.EPOCH).hashOf(id));
    }

    /** A user's secret as stored. */
    public record WrappedSecret(byte[] wrapped, long keptMark) {
        /**
         * Identifies this secret among all secrets of all users, because each is wrapped under its
         * own nonce. Stays the same when the same secret is wrapped again.
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

    /** A user and the mark of its secret, from one state. */
    public record MarkedUser(User user, long mark) {}

    /**
     * The state of an id in this replica; only a linearizable answer of the quorum counts (rule 3).
     */
    public IdState stateOf(FileId file) {
        return ask(rows -> new FileIndex(rows).stateOf(file));
    }

    /** The node that joined with this key, if one did. */
    public Optional<NodeId> nodeWith(UUID nodeKey) {
        return ask(rows -> new NodeRegistry(rows).known(nodeKey).map(Outcome.Joined::node));
    }

    /**
     * The contents of files that have a name or can be restored from the trash, in the order of
     * their ids, each once. Looks at {@code limit} (1 to {@link #MAX_RECORDED}) ids of each kind, from
     * {@code from} on.
     */
    public ContentPage wanted(FileId from, int limit) {
        if (limit < 1 || limit > MAX_RECORDED) {
            throw new IllegalArgumentException("a page has 1 to " + MAX_RECORDED + " files, not " + limit);
        }
        return ask(rows -> new LiveFiles(rows).page(from, limit));
    }

    /** Whether several files have the content of this id, or had it and one of them is left. */
    public boolean isShared(FileId content) {
        return ask(rows -> new SharedContents(rows).isShared(content));
    }

    /**
     * The file's path, or its path before it went into the trash; for a shared content, that of
     * another file with it if its first one is gone. Empty if it is neither named nor in the trash.
     * Throws {@code BAD_NAME} if the stored path is invalid.
     */
    public Optional<RemotePath> pathOf(FileId file) {
        return ask(rows -> new LiveFiles(rows).pathOf(file));
    }

    /**
     * Whether a file may have this chunk; false if its content is shared, and changes cut the chunk
     * away from all of its files. True for an id that is not alive.
     */
    public boolean isInFile(ChunkId chunk) {
        return ask(rows -> new SharedContents(rows).isInFile(chunk));
    }

    /**
     * Checks that all paths below a directory stay valid after a rename. Throws {@link
     * TrivetException} ({@code BAD_NAME}) if one would become too long. Reads the whole directory,
     * between log entries, so names added during the check are missed; a path may therefore become
     * twice as long as the limit, but not longer.
     *
     * @param goesOn asked before each step of up to a thousand names: whether there is time for it
     */
    public void requirePaths(Command.Rename rename, BooleanSupplier goesOn) {
        PathLimits pathLimits = ask(rows -> reach(rows, rename));
        while (!pathLimits.isDone()) {
            if (!goesOn.getAsBoolean()) {
                throw PathLimits.tooMuch(rename.from());
            }
            ask(rows -> {
                pathLimits.step(rows);
                return pathLimits;
            });
        }
    }

    /**
     * If a path does not exist, the entry itself refuses, since the command may be a repetition.
     */
    private static PathLimits reach(Transaction rows, Command.Rename rename) {
        try {
            return PathLimits.of(new PathResolver(rows).find(rename.from()), rename.from(), rename.to());
        } catch (TrivetException _) {
            return PathLimits.of(new PathResolver(rows).root(), RemotePath.ROOT, RemotePath.ROOT);
        }
    }

    /** The latest time of any log entry. Later removals have this time or a later one. */
    public Instant time() {
        return ask(rows -> Instant.ofEpochMilli(rows.number(RowKeys.TIME)));
    }

    /**
     * Files that were removed before this time. Looks at {@code limit} (1 to {@link #MAX_RECORDED})
     * rows, from {@code from} on.
     */
    public RemovedPage removedBefore(Instant before, FileId from, int limit) {
        if (limit < 1 || limit > MAX_RECORDED) {
            throw new IllegalArgumentException("a page has 1 to " + MAX_RECORDED + " files, not " + limit);
        }
        return ask(rows -> new RemovedFiles(rows).removedBefore(before, from, limit));
    }

    /**
     * Files in the trash since before this time. Looks at {@code limit} (1 to {@link
     * #MAX_RECORDED}) rows, from {@code from} on.
     */
    public RemovedPage trashedBefore(Instant before, FileId from, int limit) {
        if (limit < 1 || limit > MAX_RECORDED) {
            throw new IllegalArgumentException("a page has 1 to " + MAX_RECORDED + " files, not " + limit);
        }
        return ask(rows -> new TrashRows(rows).trashedBefore(before, from, limit));
    }

    /** A file in the trash, if it is there. */
    public Optional<TrashedFile> trashed(FileId file) {
        return ask(rows -> new TrashRows(rows).find(file));
    }

    /** How long removed files stay in the trash; zero if there is no trash. */
    public Duration trashFor() {
        return ask(rows -> Duration.ofSeconds(new Settings(rows).row().getTrashSeconds()));
    }

    /** Writes a backup of the state after one entry, while later entries are applied. */
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
        boolean changed = changedFiles || new Settings(rows).hasChangedFiles();
        write(rows.changes(), () -> {
            applied = index;
            changedFiles = changed;
            hash.remember(index, hashAfter);
        });
        return outcomes;
    }

    /** Records a divergence if this replica remembers another hash than the leader's. */
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
