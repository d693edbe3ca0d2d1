package io.trivet.namespace;

import com.google.protobuf.ByteString;
import io.trivet.message.StateMessages.OpenRow;
import io.trivet.model.ChunkSize;
import io.trivet.model.FileId;
import io.trivet.model.SessionId;
import io.trivet.model.Slot;
import io.trivet.namespace.Store.Pair;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A reservation: open saves with consecutive ids, up to {@code last}, some of which are spent. */
record SaveReservation(FileId last, OpenRow row) {
    FileId start() {
        return new FileId(last.epoch(), last.counter() - row.getCount() + 1);
    }

    SessionId session() {
        return new SessionId(row.getSession());
    }

    /** Whether another session may adopt it. */
    boolean isResumable() {
        return row.getResumeKey() != 0;
    }

    /** The reservation in which an id is open, or null. */
    static @Nullable SaveReservation of(Transaction rows, FileId file) {
        SaveReservation next = atOrAfter(rows, file);
        return next != null && next.opens(file) ? next : null;
    }

    /** The reservation that begins with an id, or null. */
    static @Nullable SaveReservation startingAt(Transaction rows, FileId start) {
        SaveReservation next = atOrAfter(rows, start);
        return next != null && next.start().equals(start) ? next : null;
    }

    /** Finds the reservation of a single id, the usual case, without a search. */
    private static @Nullable SaveReservation atOrAfter(Transaction rows, FileId file) {
        OpenRow ending = rows.get(RowKeys.open(file), OpenRow.parser());
        if (ending != null) {
            return new SaveReservation(file, ending);
        }
        List<Pair> next = rows.range(RowKeys.open().startingAt(RowKeys.open(file)), 1);
        return next.isEmpty() ? null : of(next.getFirst());
    }

    private static SaveReservation of(Pair row) {
        return new SaveReservation(RowKeys.fileOf(row.key()), Transaction.parse(row, OpenRow.parser()));
    }

    /** Whether an id belongs to this reservation and may still be committed. */
    boolean opens(FileId file) {
        return file.compareTo(start()) >= 0 && file.compareTo(last) <= 0 && !spent().get(place(file));
    }

    Slot firstOf(FileId file) {
        return new Slot(row.getFirst()).plus((long) place(file) * row.getStep());
    }

    ChunkSize chunkSize() {
        return new ChunkSize(row.getChunkSize());
    }

    SaveReservation spend(FileId file) {
        BitSet spent = spent();
        spent.set(place(file));
        return new SaveReservation(
                last,
                row.toBuilder()
                        .setSpent(ByteString.copyFrom(spent.toByteArray()))
                        .build());
    }

    boolean allSpent() {
        return spent().cardinality() == row.getCount();
    }

    private BitSet spent() {
        return BitSet.valueOf(row.getSpent().asReadOnlyByteBuffer());
    }

    private int place(FileId file) {
        return (int) (file.counter() - start().counter());
    }
}
