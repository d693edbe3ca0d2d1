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
 * The operations of one entry, each applied once (rule 10), and all of it or nothing: what is refused leaves only its outcome. Anything else that is
 * thrown is a bug, and the same one on every replica.
 */
final class Commands {
    static final int MAX_DISSOLVE = 10_000;

    /** So that a record stays under 128 bytes. */
    static final int MAX_OWNER_BYTES = 64;

    private final Transaction rows;
    private final long index;
    private final Instant now;
    private final Settings settings;
    private final Members members;
    private final Tokens tokens;
    private final Layouts layouts;
    private final Standings standings;
    private final Sessions sessions;
    private final OpenSaves openSaves;
    private final Directories directories;
    private final Removals removals;
    private final Users users;

    Commands(Transaction rows, long index, Instant now) {
        this.rows = rows;
        this.index = index;
        this.now = now;
        this.settings = new Settings(rows);
        this.members = new Members(rows);
        this.tokens = new Tokens(rows, now);
        this.layouts = new Layouts(rows);
        this.standings = new Standings(rows, members, layouts);
        this.sessions = new Sessions(rows);
        this.openSaves = new OpenSaves(rows, sessions);
        this.directories = new Directories(rows, now);
        this.removals = new Removals(rows);
        this.users = new Users(rows);
    }

    Outcome apply(Operation operation) {
        SessionId session = operation.session();
        if (session == null) {
            return attempt(operation.command(), null);
        }
        Optional<Outcome> settled = sessions.settled(session, operation);
        if (settled.isPresent()) {
            return settled.get();
        }
        Outcome outcome = attempt(operation.command(), session);
        sessions.keep(session, operation, outcome);
        return outcome;
    }

    private Outcome attempt(Command command, @Nullable SessionId session) {
        rows.mark();
        try {
            return run(command, session);
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
            case Command.Seat seat -> changed(() -> members.seat(seat));
            case Command.Move move -> changed(() -> members.move(move));
            case Command.RaiseLossEpoch raise -> changed(() -> members.raiseLossEpoch(raise));
            case Command.PublishLayout publish -> changed(() -> standings.publish(publish.layout()));
            case Command.Rearrange rearrange -> changed(() -> standings.rearrange(rearrange));
            case Command.Measure measure -> changed(() -> members.measure(measure));
            case Command.SetRebalancing set -> changed(() -> settings.rebalance(set));
            case Command.ForgetNode forget -> changed(() -> standings.forget(forget.node()));
            case Command.SettleLayout settle -> changed(() -> layouts.settle(settle.version()));
            case Command.OpenSession open -> new Outcome.SessionOpened(sessions.open(now, open.user()));
            case Command.AddUser add -> done(() -> users.add(add));
            case Command.RotateSecret rotate -> done(() -> users.rotate(rotate));
            case Command.RemoveUser remove -> done(() -> users.remove(remove.name()));
            case Command.SetRights set -> done(() -> users.grant(set));
            case Command.EndSession end -> done(() -> endSession(end.session()));
            case Command.Reserve reserve -> openSaves.reserve(numbered(session), reserve);
            case Command.Adopt adopt -> openSaves.adopt(numbered(session), adopt);
            case Command.Commit commit -> commit(numbered(session), commit);
            case Command.Abandon abandon -> done(() -> openSaves.abandon(abandon.file(), numbered(session)));
            case Command.MakeDirectory make -> done(() -> directories.make(make.path()));
            case Command.Rename rename -> inSession(session, () -> directories.rename(rename.from(), rename.to()));
            case Command.Remove remove ->
                inSession(session, () -> directories.remove(remove.path(), remove.recursive(), remove.now()));
            case Command.Untrash untrash ->
                inSession(session, () -> directories.restore(untrash.file(), untrash.path()));
            case Command.Discard discard -> done(() -> discard(discard));
            case Command.SetTrash set -> done(() -> settings.keepTrash(set.seconds()));
            case Command.Dissolve dissolve -> done(() -> dissolve(dissolve.limit()));
            case Command.ForgetRemoved forget -> done(() -> forget(forget));
            case Command.SetSweeping set -> changed(() -> settings.sweep(set));
            case Command.SetMasters set -> changed(() -> settings.masters(set));
            case Command.Restore restore -> done(() -> new Restoration(rows).restore(restore));
            case Command.Restored restored -> changed(() -> new Restoration(rows).finish(restored));
            // Compared before the entry is applied; here every replica agrees.
            case Command.Attest _ -> new Outcome.Done();
        };
    }

    private Outcome found(Command.Found found) {
        Optional<Outcome.Joined> known = members.known(found.nodeKey());
        if (known.isPresent()) {
            return known.get();
        }
        Outcome.Joined founded = members.found(found);
        directories.makeRoot();
        settings.changedBy(index);
        return founded;
    }

    private Outcome join(Command.Join join) {
        Optional<Outcome.Joined> known = members.known(join.nodeKey());
        if (known.isPresent()) {
            return known.get();
        }
        tokens.use(join.secretHash());
        Outcome.Joined joined = members.join(join);
        settings.changedBy(index);
        return joined;
    }

    private void endSession(SessionId session) {
        openSaves.abandonAll(session);
        sessions.end(session);
    }

    /** The one command after which a name has this content: needs the open row of its id (rule 3), and replicas that are still there (rule 7). */
    private Outcome commit(SessionId session, Command.Commit commit) {
        OpenSave open = openSaves.require(commit.file(), session);
        members.requireUnchanged(commit.relied());
        FileRecord record = record(commit, open);
        directories.put(commit.path(), record);
        openSaves.spend(open, commit.file());
        return new Outcome.Committed(record);
    }

    private static FileRecord record(Command.Commit commit, OpenSave open) {
        if (commit.owner().getBytes(StandardCharsets.UTF_8).length > MAX_OWNER_BYTES) {
            throw bad("an owner is at most " + MAX_OWNER_BYTES + " bytes");
        }
        try {
            return new FileRecord(
                    commit.file(),
                    commit.size(),
                    open.chunkSize(),
                    open.firstOf(commit.file()),
                    commit.crc32c(),
                    commit.modified(),
                    commit.owner(),
                    commit.mode());
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new TrivetException(
                    new Refusal(Refusal.Kind.BAD_REQUEST, commit.path().toString(), String.valueOf(e.getMessage())), e);
        }
    }

    private void dissolve(int limit) {
        if (limit < 1 || limit > MAX_DISSOLVE) {
            throw bad("1 to " + MAX_DISSOLVE + " names are taken apart at once, not " + limit);
        }
        removals.dissolve(limit);
    }

    private void forget(Command.ForgetRemoved forget) {
        if (forget.ids().size() > Command.MAX_FORGET) {
            throw bad("at most " + Command.MAX_FORGET + " ids are forgotten at once, not "
                    + forget.ids().size());
        }
        forget.ids()
                .forEach(file ->
                        removals.forget(file, forget.before(), settings.row().getEpoch()));
    }

    private void discard(Command.Discard discard) {
        if (discard.ids().size() > Command.MAX_FORGET) {
            throw bad("at most " + Command.MAX_FORGET + " ids are discarded at once, not "
                    + discard.ids().size());
        }
        discard.ids().forEach(file -> new Trash(rows).discard(file, discard.before(), now));
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

    /** A command whose repetition would do harm is refused outside of a session. */
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
