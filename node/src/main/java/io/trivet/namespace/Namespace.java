package io.trivet.namespace;

import io.trivet.message.StateMessages.DivergenceRow;
import io.trivet.model.Answer;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.IdState;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Question;
import io.trivet.model.RemotePath;
import io.trivet.model.SessionId;
import io.trivet.model.Trashed;
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
 * <p>A replica that cannot go on, because of a bug, a failing store or a divergence from the leader, must not serve: from then on everything but
 * {@link #appliedIndex} and {@link #divergence} throws {@link IllegalStateException}.
 */
public final class Namespace {
    /** At most this many ids are looked at for one page of {@link #recorded}. */
    public static final int MAX_RECORDED = 10_000;

    private final Store store;
    private final Questions questions = new Questions();
    private final StateHash hash;

    /** Held for reading by those who ask, for writing only while the changes of an entry go into the store. */
    private final ReadWriteLock between = new ReentrantReadWriteLock();

    private volatile long applied;
    private volatile @Nullable Divergence divergence;
    private volatile @Nullable Throwable failure;

    /** Goes on from what is in the store, which may be empty. Throws {@link LaterReleaseException} where a later release wrote it. */
    public Namespace(Store store) {
        this.store = store;
        Transaction rows = new Transaction(store);
        new Settings(rows).requireKnownFormat();
        this.applied = rows.number(Keys.APPLIED);
        this.hash = new StateHash(applied, rows.number(Keys.HASH));
        DivergenceRow row = rows.get(Keys.DIVERGENCE, DivergenceRow.parser());
        this.divergence = row == null ? null : new Divergence(row.getIndex(), row.getOwn(), row.getStated());
    }

    /**
     * Applies one entry of the log: its operations in order, each with its own outcome. An entry at or below {@link #appliedIndex} is passed over
     * (its outcomes are gone) and answered with an empty list. The entry's changes and its index are written in one step (rule 9).
     *
     * @param time of the leader that made the entry; a time before that of an earlier entry counts as that earlier time
     */
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
    public Answer answer(Question question) {
        return ask(rows -> questions.answer(rows, question));
    }

    /** The index of the last entry whose changes are in the store; 0 at first. */
    public long appliedIndex() {
        return applied;
    }

    /** What the leader states from time to time, so that replicas find out that they differ. */
    public Command.Attest attestation() {
        return ask(_ -> new Command.Attest(applied, hash.newest()));
    }

    /** How this replica differs from the leader, if it does. It has to be made anew from another one's state. */
    public Optional<Divergence> divergence() {
        return Optional.ofNullable(divergence);
    }

    /** Whether a file id was ever issued: until then there is nothing that a layout could move. */
    public boolean hasIssuedFiles() {
        return ask(rows -> rows.count(Counter.FILES) > 0);
    }

    /** Whether recursive removals left something to {@link Command.Dissolve}. */
    public boolean hasDetached() {
        return ask(rows -> new Removals(rows).hasDetached());
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
        return ask(rows -> new Members(rows).known(nodeKey).isPresent());
    }

    /**
     * Throws {@link IllegalStateException} with what contradicts what, where rows that somebody brought do not fit together. Reads everything; nothing is
     * applied meanwhile.
     *
     * @param epochOfIds the last epoch in which file ids were issued
     */
    public void requireConsistent(int epochOfIds) {
        ask(_ -> {
            new Consistency(store, epochOfIds).require();
            return epochOfIds;
        });
    }

    /** How many nodes have left the cluster for good, and numbers that were passed over; it never falls. */
    public long departures() {
        return ask(rows -> rows.count(Counter.NODES)
                - new Members(rows).all().stream().filter(Node::isMember).count());
    }

    /** A user, if there is one of this name. */
    public Optional<MarkedUser> user(String name) {
        return ask(rows -> {
            Users users = new Users(rows);
            return users.find(name)
                    .flatMap(user -> users.secretOf(name).map(secret -> new MarkedUser(user, secret.mark())));
        });
    }

    /** A user with its wrapped secret, of one moment. */
    public Optional<WrappedSecret> secretOf(String name) {
        return ask(rows -> new Users(rows).secretOf(name));
    }

    /** Whether a join with this token's hash, or of this node again, may come to something; whether it does is for the log to say. */
    public boolean mayJoin(String secretHash, UUID nodeKey) {
        return ask(rows ->
                new Members(rows).known(nodeKey).isPresent() || new Tokens(rows, Instant.EPOCH).has(secretHash));
    }

    /** A user's secret as it rests. */
    public record WrappedSecret(byte[] wrapped) {
        /** What tells this secret from every other, of this user or of another one who had the name: each is wrapped under a nonce of its own. */
        public long mark() {
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
        return ask(rows -> new Identities(rows).stateOf(file));
    }

    /** The node that joined with this key, if one did. */
    public Optional<NodeId> nodeWith(UUID nodeKey) {
        return ask(rows -> new Members(rows).known(nodeKey).map(Outcome.Joined::node));
    }

    /** The files with a name, in the order of their ids; {@code limit} (1 to {@link #MAX_RECORDED}) ids are looked at, beginning with {@code from}. */
    public Recorded recorded(FileId from, int limit) {
        if (limit < 1 || limit > MAX_RECORDED) {
            throw new IllegalArgumentException("a page has 1 to " + MAX_RECORDED + " files, not " + limit);
        }
        return ask(rows -> new Identities(rows).recorded(from, limit));
    }

    /** Where a file is; empty if no record names it. */
    public Optional<RemotePath> nameOf(FileId file) {
        return ask(rows -> new Identities(rows).nameOf(file));
    }

    /** The latest time that any entry carried: what is removed from now on is removed at this time or later. */
    public Instant time() {
        return ask(rows -> Instant.ofEpochMilli(rows.number(Keys.TIME)));
    }

    /** Files that were removed before this time; {@code limit} (1 to {@link #MAX_RECORDED}) rows are looked at, beginning with {@code from}. */
    public RemovedPage removedBefore(Instant before, FileId from, int limit) {
        if (limit < 1 || limit > MAX_RECORDED) {
            throw new IllegalArgumentException("a page has 1 to " + MAX_RECORDED + " files, not " + limit);
        }
        return ask(rows -> new Removals(rows).removedBefore(before, from, limit));
    }

    /** Files in the trash since before this time; {@code limit} (1 to {@link #MAX_RECORDED}) rows are looked at, beginning with {@code from}. */
    public RemovedPage trashedBefore(Instant before, FileId from, int limit) {
        if (limit < 1 || limit > MAX_RECORDED) {
            throw new IllegalArgumentException("a page has 1 to " + MAX_RECORDED + " files, not " + limit);
        }
        return ask(rows -> new Trash(rows).trashedBefore(before, from, limit));
    }

    /** A file that is in the trash. */
    public Optional<Trashed> trashed(FileId file) {
        return ask(rows -> new Trash(rows).find(file));
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
        long now = Math.max(rows.number(Keys.TIME), time.toEpochMilli());
        rows.putNumber(Keys.TIME, now);
        rows.putNumber(Keys.APPLIED, index);
        Commands commands = new Commands(rows, index, Instant.ofEpochMilli(now));
        List<Outcome> outcomes = operations.stream().map(commands::apply).toList();
        long hashAfter = hash.with(rows.changes());
        rows.putNumber(Keys.HASH, hashAfter);
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
                    Keys.DIVERGENCE,
                    DivergenceRow.newBuilder()
                            .setIndex(found.index())
                            .setOwn(found.own())
                            .setStated(found.stated())
                            .build());
            write(rows.changes(), () -> divergence = found);
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
        Divergence found = divergence;
        if (found != null) {
            throw new IllegalStateException("this replica has diverged: " + found);
        }
        Throwable cause = failure;
        if (cause != null) {
            throw new IllegalStateException("this replica stopped after entry " + applied, cause);
        }
    }
}
