package io.trivet.namespace;

import io.trivet.message.StateMessages.LayoutHead;
import io.trivet.message.StateMessages.OpenRow;
import io.trivet.message.StateMessages.SettingsRow;
import io.trivet.model.ChunkSize;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.Outcome;
import io.trivet.model.Refusal;
import io.trivet.model.SessionId;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import io.trivet.namespace.Store.Pair;
import io.trivet.placement.FirstSlot;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The open saves: ids that were issued and not committed yet (rule 3). Ids are issued in order and
 * never twice (rule 4).
 *
 * <p>One row stands for a whole reservation. It is deleted with the last of its ids, when it is
 * abandoned, or with its session; no clock ends it. A reservation with a key can be adopted by
 * another session after its client died; operation numbers stay those of each session (rule 10).
 */
final class SaveReservations {
    /** The most open reservations of one session. */
    static final int MAX_OF_SESSION = 4096;

    private final Transaction rows;
    private final Sessions sessions;

    /** The last ids of the reservations that were found in this entry. */
    private final TreeSet<FileId> found = new TreeSet<>();

    SaveReservations(Transaction rows, Sessions sessions) {
        this.rows = rows;
        this.sessions = sessions;
    }

    Outcome.Reserved reserve(SessionId session, Command.Reserve reserve) {
        SettingsRow settings = new Settings(rows).row();
        ChunkSize chunkSize = chunkSize(reserve, new ChunkSize(settings.getChunkSize()));
        LayoutHead layout = new Layouts(rows).newest();
        boolean whole = chunksOf(reserve, chunkSize) >= layout.getNodes();
        requireRoom(session);
        int count = reserve.count();
        FileId start = new FileId(settings.getEpoch(), rows.add(Counter.FILES, count) + 1);
        long k = rows.add(whole ? Counter.WHOLE_FIRSTS : Counter.SHORT_FIRSTS, count);
        Slot first = whole ? FirstSlot.startOfFile(k, layout.getNodes()) : FirstSlot.startOfShortFile(k);
        int step = FirstSlot.STEP;
        if (reserve.resumeKey() != 0 && count != 1) {
            throw bad("one id is adopted at a time, not one of " + count);
        }
        OpenRow row = row(session, count, first, step, chunkSize);
        own(new SaveReservation(
                start.plus(count - 1),
                row.toBuilder().setResumeKey(reserve.resumeKey()).build()));
        return new Outcome.Reserved(start, count, first, step, chunkSize);
    }

    /**
     * Moves the save to this session; the former one can no longer commit it. A wrong key is {@code
     * NOT_OPEN} too.
     */
    Outcome.Reserved adopt(SessionId session, Command.Adopt adopt) {
        SaveReservation open = SaveReservation.startingAt(rows, adopt.file());
        if (open == null || !open.isResumable() || open.row().getResumeKey() != adopt.resumeKey()) {
            throw notOpen(adopt.file());
        }
        if (!sessions.userOf(open.session()).equals(sessions.userOf(session))) {
            throw notOpen(adopt.file());
        }
        requireRoom(session);
        release(open);
        own(new SaveReservation(
                open.last(), open.row().toBuilder().setSession(session.number()).build()));
        return new Outcome.Reserved(
                adopt.file(), 1, open.firstOf(adopt.file()), open.row().getStep(), open.chunkSize());
    }

    /**
     * The reservation of this session in which an id is open. Throws {@link TrivetException} with
     * {@code NOT_OPEN}.
     */
    SaveReservation require(FileId file, SessionId session) {
        SaveReservation open = find(file);
        if (open == null || !open.session().equals(session)) {
            throw notOpen(file);
        }
        return open;
    }

    /**
     * Commits of one reservation come together, so its row is searched once and then read by its
     * key. No two reservations share an id.
     */
    private @Nullable SaveReservation find(FileId file) {
        FileId near = found.ceiling(file);
        OpenRow row = near == null ? null : rows.get(RowKeys.open(near), OpenRow.parser());
        if (near != null && row != null) {
            SaveReservation known = new SaveReservation(near, row);
            if (known.start().compareTo(file) <= 0) {
                return known.opens(file) ? known : null;
            }
        }
        SaveReservation open = SaveReservation.of(rows, file);
        if (open != null) {
            found.add(open.last());
        }
        return open;
    }

    /** Marks an id as committed; it can never be committed again. */
    void spend(SaveReservation open, FileId file) {
        SaveReservation left = open.spend(file);
        if (left.allSpent()) {
            release(left);
        } else {
            put(left);
        }
    }

    /** Abandons the reservation that begins with this id; committed files stay. */
    void abandon(FileId start, SessionId session) {
        SaveReservation open = SaveReservation.startingAt(rows, start);
        if (open == null || !open.session().equals(session)) {
            throw notOpen(start);
        }
        release(open);
    }

    /** Abandons all open saves of a session. The caller updates the session's row. */
    void abandonAll(SessionId session) {
        for (Pair row : rows.range(RowKeys.openOf(session), MAX_OF_SESSION)) {
            rows.remove(row.key());
            rows.remove(RowKeys.open(RowKeys.fileOf(row.key())));
        }
    }

    private void requireRoom(SessionId session) {
        if (sessions.openRows(session) >= MAX_OF_SESSION) {
            throw TrivetException.of(
                    Refusal.Kind.BUSY,
                    session.toString(),
                    MAX_OF_SESSION + " reservations are open: commit some first");
        }
    }

    private void own(SaveReservation open) {
        put(open);
        rows.put(RowKeys.openOf(open.session(), open.last()), new byte[0]);
        sessions.addOpenRows(open.session(), 1, open.isResumable());
    }

    private void put(SaveReservation open) {
        rows.put(RowKeys.open(open.last()), open.row());
    }

    private void release(SaveReservation open) {
        rows.remove(RowKeys.open(open.last()));
        rows.remove(RowKeys.openOf(open.session(), open.last()));
        sessions.addOpenRows(open.session(), -1, open.isResumable());
    }

    private static ChunkSize chunkSize(Command.Reserve reserve, ChunkSize usual) {
        ChunkSize chosen = reserve.chunkSize();
        if (chosen != null) {
            requireChosen(chosen, usual);
        }
        return chosen == null ? usual : chosen;
    }

    /** Throws {@code BAD_REQUEST} for a size that no save may choose. */
    static void requireChosen(ChunkSize chosen, ChunkSize usual) {
        Command.Reserve.notChosen(chosen, usual).ifPresent(problem -> {
            throw bad(problem);
        });
    }

    /** The number of chunks of the file; 0 if its size is not known. */
    private static int chunksOf(Command.Reserve reserve, ChunkSize chunkSize) {
        if (reserve.count() < 1 || reserve.count() > Command.MAX_RESERVE) {
            throw bad("1 to " + Command.MAX_RESERVE + " ids are reserved at once, not " + reserve.count());
        }
        if (reserve.size() == -1) {
            return 0;
        }
        if (reserve.count() != 1) {
            throw bad("a size is told for one id, not for " + reserve.count());
        }
        try {
            return chunkSize.chunksOf(reserve.size());
        } catch (IllegalArgumentException e) {
            throw bad(String.valueOf(e.getMessage()));
        }
    }

    private static OpenRow row(SessionId session, int count, Slot first, int step, ChunkSize chunkSize) {
        return OpenRow.newBuilder()
                .setSession(session.number())
                .setCount(count)
                .setFirst(first.number())
                .setStep(step)
                .setChunkSize(chunkSize.bytes())
                .build();
    }

    private static TrivetException notOpen(FileId file) {
        return TrivetException.of(
                Refusal.Kind.NOT_OPEN, file.toString(), "it was committed or abandoned, or its session ended");
    }

    private static TrivetException bad(String detail) {
        return TrivetException.of(Refusal.Kind.BAD_REQUEST, "", detail);
    }
}
