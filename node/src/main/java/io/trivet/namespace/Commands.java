package io.trivet.namespace;

import io.trivet.model.Command;
import io.trivet.model.FileRecord;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Refusal;
import io.trivet.model.SessionId;
import io.trivet.model.TrivetException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Applies the operations of one log entry, each once (rule 10) and atomically: a refused operation
 * leaves only its outcome. Any other exception is a bug, and the same on every replica.
 */
final class Commands {
    static final int MAX_DISSOLVE = 10_000;

    /** Keeps a record under 160 bytes. */
    static final int MAX_OWNER_BYTES = 64;

    private final Transaction rows;
    private final long index;
    private final Instant now;
    private final Settings settings;
    private final NodeRegistry nodeRegistry;
    private final Tokens tokens;
    private final Layouts layouts;
    private final AdminStates adminStates;
    private final Sessions sessions;
    private final SaveReservations saveReservations;
    private final OpenUploads openUploads;
    private final DirectoryTree directoryTree;
    private final RemovedFiles removedFiles;
    private final Users users;
    private final SpaceUsage spaceUsage;

    Commands(Transaction rows, long index, Instant now) {
        this.rows = rows;
        this.index = index;
        this.now = now;
        this.settings = new Settings(rows);
        this.nodeRegistry = new NodeRegistry(rows);
        this.tokens = new Tokens(rows, now);
        this.layouts = new Layouts(rows);
        this.adminStates = new AdminStates(rows, nodeRegistry, layouts);
        this.sessions = new Sessions(rows);
        this.saveReservations = new SaveReservations(rows, sessions);
        this.openUploads = new OpenUploads(rows);
        this.spaceUsage = new SpaceUsage(rows);
        this.directoryTree = new DirectoryTree(rows, now, spaceUsage);
        this.removedFiles = new RemovedFiles(rows, spaceUsage);
        this.users = new Users(rows);
    }

    Outcome apply(Operation operation) {
        SessionId session = operation.session();
        if (session == null) {
            return attempt(operation);
        }
        Optional<Outcome> settled = sessions.settled(session, operation);
        if (settled.isPresent()) {
            return settled.get();
        }
        Outcome outcome = attempt(operation);
        sessions.keep(session, operation, outcome);
        return outcome;
    }

    private Outcome attempt(Operation operation) {
        rows.mark();
        spaceUsage.begin();
        try {
            operation.conditions().forEach(condition -> directoryTree.require(condition, operation.command()));
            Outcome outcome = run(operation.command(), operation.session());
            spaceUsage.settle();
            return outcome;
        } catch (TrivetException refused) {
            rows.rollBack();
            return new Outcome.Refused(refused.refusal());
        }
    }

    private Outcome run(Command command, @Nullable SessionId session) {
        if (!(command instanceof Command.Found
                || command instanceof Command.Restore
                || command instanceof Command.Restored)) {
            settings.row();
        }
        return switch (command) {
            case Command.Found found -> found(found);
            case Command.IssueToken token -> done(() -> tokens.issue(token));
            case Command.RevokeToken revoke -> done(() -> tokens.revoke(revoke.id()));
            case Command.Join join -> join(join);
            case Command.Seat seat -> changed(() -> nodeRegistry.seat(seat));
            case Command.Move move -> changed(() -> nodeRegistry.move(move));
            case Command.RaiseLossEpoch raise -> changed(() -> nodeRegistry.raiseLossEpoch(raise));
            case Command.PublishLayout publish -> changed(() -> adminStates.publish(publish.layout()));
            case Command.Rearrange rearrange -> changed(() -> adminStates.rearrange(rearrange));
            case Command.Measure measure -> changed(() -> nodeRegistry.measure(measure));
            case Command.SetRebalancing set -> changed(() -> settings.rebalance(set));
            case Command.ForgetNode forget -> changed(() -> adminStates.forget(forget.node()));
            case Command.SettleLayout settle -> changed(() -> layouts.settle(settle.version()));
            case Command.OpenSession open -> new Outcome.SessionOpened(sessions.open(now, open.user()));
            case Command.AddUser add -> done(() -> users.add(add));
            case Command.RotateSecret rotate -> done(() -> users.rotate(rotate));
            case Command.Rekey rekey -> changed(() -> settings.rekey(rekey, nodeRegistry.departures()));
            case Command.Rewrap rewrap -> done(() -> users.rewrap(rewrap));
            case Command.RemoveUser remove -> done(() -> users.remove(remove.name()));
            case Command.SetRights set -> done(() -> users.grant(set));
            case Command.EndSession end -> done(() -> endSession(end.session()));
            case Command.Reserve reserve -> saveReservations.reserve(numbered(session), reserve);
            case Command.Adopt adopt -> saveReservations.adopt(numbered(session), adopt);
            case Command.Commit commit -> commit(numbered(session), commit);
            case Command.ChangeFile change -> change(numbered(session), change);
            case Command.Copy copy -> {
                numbered(session);
                yield copied(copy);
            }
            case Command.Create create -> {
                numbered(session);
                yield created(create);
            }
            case Command.BeginUpload begin -> {
                numbered(session);
                yield openUploads.begin(begin, now);
            }
            case Command.PutPiece put -> done(() -> put(put));
            case Command.CompleteUpload complete -> {
                numbered(session);
                yield completed(complete);
            }
            case Command.AbortUpload(var file) -> done(() -> openUploads.abort(file));
            case Command.SetMetadata set -> inSession(session, () -> setMetadata(set));
            case Command.Abandon abandon -> done(() -> saveReservations.abandon(abandon.file(), numbered(session)));
            case Command.MakeDirectory make -> done(() -> make(make));
            case Command.Rename rename -> inSession(session, () -> directoryTree.rename(rename));
            case Command.Remove remove ->
                inSession(session, () -> directoryTree.remove(remove.path(), remove.recursive(), remove.now()));
            case Command.Untrash untrash ->
                inSession(session, () -> directoryTree.restore(untrash.file(), untrash.path()));
            case Command.Discard discard -> done(() -> discard(discard));
            case Command.AddGroup add -> done(() -> new Groups(rows).add(add.name()));
            case Command.RemoveGroup remove -> done(() -> new Groups(rows).remove(remove.name()));
            case Command.SetMember set -> done(() -> new Groups(rows).setMember(set));
            case Command.SetLimits set -> done(() -> users.limit(set));
            case Command.SetQuota set -> done(() -> new Quotas(rows).set(set, spaceUsage));
            case Command.CountUse count -> done(() -> count(count.limit()));
            case Command.SetTrash set -> done(() -> settings.keepTrash(set.seconds()));
            case Command.Dissolve dissolve -> done(() -> dissolve(dissolve));
            case Command.ForgetRemoved forget -> done(() -> forget(forget));
            case Command.SetSweeping set -> changed(() -> settings.sweep(set));
            case Command.SetMasters set -> changed(() -> settings.masters(set));
            case Command.Restore restore -> done(() -> new BackupRestore(rows).restore(restore));
            case Command.Restored restored -> changed(() -> new BackupRestore(rows).finish(restored));
            // Compared before the entry is applied.
            case Command.Attest _ -> new Outcome.Done();
        };
    }

    private Outcome found(Command.Found found) {
        Optional<Outcome.Joined> known = nodeRegistry.known(found.nodeKey());
        if (known.isPresent()) {
            return known.get();
        }
        Outcome.Joined founded = nodeRegistry.found(found);
        directoryTree.makeRoot();
        settings.changedBy(index);
        return founded;
    }

    private Outcome join(Command.Join join) {
        Optional<Outcome.Joined> known = nodeRegistry.known(join.nodeKey());
        if (known.isPresent()) {
            return known.get();
        }
        tokens.use(join.secretHash());
        Outcome.Joined joined = nodeRegistry.join(join);
        settings.changedBy(index);
        return joined;
    }

    private void endSession(SessionId session) {
        saveReservations.abandonAll(session);
        sessions.end(session);
    }

    /**
     * The one command that gives a name this content. Needs the open row of its id (rule 3), and
     * replicas that still exist (rule 7).
     */
    private Outcome commit(SessionId session, Command.Commit commit) {
        SaveReservation open = saveReservations.require(commit.file(), session);
        nodeRegistry.requireUnchanged(commit.relied());
        FileRecord record = record(commit, open);
        directoryTree.put(commit.path(), record);
        if (!commit.attributes().isEmpty()) {
            new FileMetadata(rows).put(record.id(), commit.attributes());
        }
        saveReservations.spend(open, commit.file());
        return new Outcome.Committed(record);
    }

    /** Needs the open row of the new id (rule 3), and replicas that still exist (rule 7). */
    private Outcome change(SessionId session, Command.ChangeFile change) {
        SaveReservation open = saveReservations.require(change.file(), session);
        nodeRegistry.requireUnchanged(change.relied());
        try {
            FileRecord record = directoryTree.change(change, open.chunkSize(), open.firstOf(change.file()));
            saveReservations.spend(open, change.file());
            return new Outcome.Committed(record);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new TrivetException(
                    new Refusal(Refusal.Kind.BAD_REQUEST, change.path().toString(), String.valueOf(e.getMessage())), e);
        }
    }

    /** Needs replicas that still exist (rule 7). */
    private void put(Command.PutPiece put) {
        nodeRegistry.requireUnchanged(put.relied());
        openUploads.put(put, now);
    }

    private Outcome completed(Command.CompleteUpload complete) {
        requireOwner(complete.owner());
        try {
            FileRecord record = openUploads.complete(complete, nodeRegistry);
            directoryTree.put(complete.path(), record);
            new FileMetadata(rows).put(record.id(), complete.attributes());
            return new Outcome.Committed(record);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new TrivetException(
                    new Refusal(Refusal.Kind.BAD_REQUEST, complete.path().toString(), String.valueOf(e.getMessage())),
                    e);
        }
    }

    private Outcome copied(Command.Copy copy) {
        requireOwner(copy.owner());
        try {
            return new Outcome.Committed(directoryTree.copy(copy));
        } catch (IllegalArgumentException e) {
            throw new TrivetException(
                    new Refusal(Refusal.Kind.BAD_REQUEST, copy.to().toString(), String.valueOf(e.getMessage())), e);
        }
    }

    private void make(Command.MakeDirectory make) {
        requireOwner(make.owner());
        try {
            directoryTree.make(make);
        } catch (IllegalArgumentException e) {
            throw new TrivetException(
                    new Refusal(Refusal.Kind.BAD_REQUEST, make.path().toString(), String.valueOf(e.getMessage())), e);
        }
    }

    private void setMetadata(Command.SetMetadata set) {
        String owner = set.owner();
        if (owner != null) {
            requireOwner(owner);
        }
        new FileMetadata(rows).set(set, spaceUsage);
    }

    private Outcome created(Command.Create create) {
        requireOwner(create.owner());
        try {
            return new Outcome.Committed(directoryTree.create(create));
        } catch (IllegalArgumentException e) {
            throw new TrivetException(
                    new Refusal(Refusal.Kind.BAD_REQUEST, create.path().toString(), String.valueOf(e.getMessage())), e);
        }
    }

    private static void requireOwner(String owner) {
        if (owner.getBytes(StandardCharsets.UTF_8).length > MAX_OWNER_BYTES) {
            throw bad("an owner is at most " + MAX_OWNER_BYTES + " bytes");
        }
    }

    private static FileRecord record(Command.Commit commit, SaveReservation open) {
        requireOwner(commit.owner());
        try {
            return new FileRecord(
                    commit.file(),
                    commit.size(),
                    open.chunkSize(),
                    open.firstOf(commit.file()),
                    commit.crc32c(),
                    commit.modified(),
                    commit.owner(),
                    commit.mode(),
                    commit.sha256());
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new TrivetException(
                    new Refusal(Refusal.Kind.BAD_REQUEST, commit.path().toString(), String.valueOf(e.getMessage())), e);
        }
    }

    private void dissolve(Command.Dissolve dissolve) {
        if (dissolve.limit() < 1 || dissolve.limit() > MAX_DISSOLVE) {
            throw bad("1 to " + MAX_DISSOLVE + " names are taken apart at once, not " + dissolve.limit());
        }
        removedFiles.dissolve(dissolve.limit(), dissolve.bytes());
        openUploads.dissolve(dissolve.limit());
    }

    private void count(int limit) {
        if (limit < 1 || limit > Command.MAX_COUNTED) {
            throw bad("1 to " + Command.MAX_COUNTED + " names are counted at once, not " + limit);
        }
        new UsageRecount(rows).step(limit);
    }

    private void forget(Command.ForgetRemoved forget) {
        if (forget.ids().size() > Command.MAX_FORGET) {
            throw bad("at most " + Command.MAX_FORGET + " ids are forgotten at once, not "
                    + forget.ids().size());
        }
        forget.ids()
                .forEach(file -> removedFiles.forget(
                        file, forget.before(), settings.row().getEpoch()));
    }

    private void discard(Command.Discard discard) {
        if (discard.ids().size() > Command.MAX_FORGET) {
            throw bad("at most " + Command.MAX_FORGET + " ids are discarded at once, not "
                    + discard.ids().size());
        }
        discard.ids().forEach(file -> new TrashRows(rows, spaceUsage).discard(file, discard.before(), now));
    }

    private Outcome changed(Runnable change) {
        change.run();
        settings.changedBy(index);
        return new Outcome.Done();
    }

    private static Outcome done(Runnable change) {
        change.run();
        return new Outcome.Done();
    }

    private static Outcome inSession(@Nullable SessionId session, Runnable change) {
        numbered(session);
        return done(change);
    }

    /** Refuses a command outside a session if a repetition of it would do harm. */
    private static SessionId numbered(@Nullable SessionId session) {
        if (session == null) {
            throw bad("this operation needs a session and a number");
        }
        return session;
    }

    private static TrivetException bad(String detail) {
        return TrivetException.of(Refusal.Kind.BAD_REQUEST, "", detail);
    }
}
