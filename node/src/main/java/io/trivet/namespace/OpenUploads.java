package io.trivet.namespace;

import io.trivet.message.StateMessages.LayoutHead;
import io.trivet.message.StateMessages.PieceRow;
import io.trivet.message.StateMessages.SettingsRow;
import io.trivet.message.StateMessages.UploadRow;
import io.trivet.message.UploadCodec;
import io.trivet.model.Checksums;
import io.trivet.model.ChunkSize;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.NodeId;
import io.trivet.model.Outcome;
import io.trivet.model.Piece;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.Sha256;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import io.trivet.model.Upload;
import io.trivet.namespace.Store.Pair;
import io.trivet.placement.FirstSlot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Files that are stored in pieces before they have a name. The id of such a file is alive while its
 * row is there (rule 3). A file that was completed needs no row of its pieces, so these are removed
 * later, in bounded steps.
 *
 * <pre>
 *   J, V..  --CompleteUpload--> N, I, and a v row    --Dissolve--> N, I
 *           --AbortUpload-----> a v row              --Dissolve--> nothing
 * </pre>
 */
final class OpenUploads {
    /** The most uploads in progress. */
    static final int MAX = 10_000;

    private static final int PAGE = 500;

    private final Transaction rows;

    OpenUploads(Transaction rows) {
        this.rows = rows;
    }

    Outcome.Reserved begin(Command.BeginUpload begin, Instant now) {
        if (begin.path().isRoot()) {
            throw TrivetException.of(Refusal.Kind.IS_A_DIRECTORY, "/", "a file needs a name");
        }
        SettingsRow settings = new Settings(rows).row();
        SaveReservations.requireChosen(begin.chunkSize(), new ChunkSize(settings.getChunkSize()));
        if (rows.count(Counter.UPLOADS) >= MAX) {
            throw TrivetException.of(
                    Refusal.Kind.BUSY,
                    begin.path().toString(),
                    MAX + " uploads are in progress: complete or abort some first");
        }
        new Settings(rows).raiseFormat(Settings.CONTENTS_FORMAT);
        LayoutHead layout = new Layouts(rows).newest();
        FileId file = new FileId(settings.getEpoch(), rows.add(Counter.FILES, 1) + 1);
        Slot first = FirstSlot.startOfFile(rows.add(Counter.WHOLE_FIRSTS, 1), layout.getNodes());
        Upload upload;
        try {
            upload = new Upload(file, begin.path(), begin.user(), now, begin.pieceBytes(), begin.chunkSize(), first);
        } catch (IllegalArgumentException e) {
            throw bad(begin.path().toString(), String.valueOf(e.getMessage()));
        }
        rows.put(RowKeys.upload(file), UploadCodec.row(upload));
        rows.add(Counter.UPLOADS, 1);
        return new Outcome.Reserved(file, 1, first, 0, begin.chunkSize());
    }

    /** Needs replicas that still exist (rule 7); the caller checks that. */
    void put(Command.PutPiece put, Instant now) {
        Upload upload = require(put.file());
        String path = upload.path().toString();
        if (put.piece() < 1 || put.piece() > Upload.MAX_PIECES) {
            throw bad(path, "pieces are numbered from 1 to " + Upload.MAX_PIECES + ", not " + put.piece());
        }
        if (put.length() < 1 || put.length() > upload.pieceBytes()) {
            throw bad(path, "a piece of this upload has 1 to " + upload.pieceBytes() + " bytes, not " + put.length());
        }
        if (put.chunks().size() != upload.chunksOf(put.length())) {
            throw bad(
                    path,
                    "a piece of " + put.length() + " bytes has " + upload.chunksOf(put.length()) + " chunks, not "
                            + put.chunks().size());
        }
        Piece piece = new Piece(put.piece(), put.length(), put.chunks(), put.tag(), now);
        byte[] key = RowKeys.piece(put.file(), put.piece());
        PieceRow before = rows.get(key, PieceRow.parser());
        if (before != null) {
            requireSame(upload, UploadCodec.from(put.piece(), before), piece);
        }
        long more = put.length() - (before == null ? 0 : before.getLength());
        rows.put(key, UploadCodec.row(piece, put.relied()));
        UploadRow row = Objects.requireNonNull(rows.get(RowKeys.upload(put.file()), UploadRow.parser()));
        rows.put(
                RowKeys.upload(put.file()),
                row.toBuilder()
                        .setStoredBytes(row.getStoredBytes() + more)
                        .setPutMs(now.toEpochMilli())
                        .build());
    }

    /** Rule 1: chunks that are full in both have the same bytes. */
    private static void requireSame(Upload upload, Piece before, Piece now) {
        int full = (int)
                (Math.min(before.length(), now.length()) / upload.chunkSize().bytes());
        boolean same = before.chunks().subList(0, full).equals(now.chunks().subList(0, full))
                && (before.length() != now.length() || before.chunks().equals(now.chunks()));
        if (!same) {
            throw TrivetException.of(
                    Refusal.Kind.DIFFERENT_CONTENT,
                    upload.path().toString(),
                    "a piece was stored before with other bytes, which cannot change");
        }
    }

    /** The length of a stored piece; 0 if it is not stored. */
    long lengthOf(FileId file, int piece) {
        PieceRow row = rows.get(RowKeys.piece(file, piece), PieceRow.parser());
        return row == null ? 0 : row.getLength();
    }

    /** What the pieces of an upload make together. */
    private static final class Whole {
        private final Sha256.OfChunks sha256 = new Sha256.OfChunks();
        private final Map<NodeId, Long> relied = new TreeMap<>();
        private long size;
        private int crc32c;
        private int pieces;

        void add(Upload upload, Piece piece, List<Command.Reliance> holders) {
            pieces++;
            long left = piece.length();
            for (Command.Proof chunk : piece.chunks()) {
                int length = (int) Math.min(left, upload.chunkSize().bytes());
                crc32c = Checksums.combine(crc32c, chunk.crc32c(), length);
                sha256.add(chunk.sha256());
                left -= length;
            }
            size += piece.length();
            holders.forEach(holder -> relied.merge(holder.node(), holder.lossEpoch(), Math::min));
        }

        List<Command.Reliance> relied() {
            return relied.entrySet().stream()
                    .map(node -> new Command.Reliance(node.getKey(), node.getValue()))
                    .toList();
        }
    }

    /**
     * The record of the file that the pieces make; the upload is over.
     *
     * @param nodeRegistry checks that the pieces' replicas still exist (rule 7)
     */
    FileRecord complete(Command.CompleteUpload complete, NodeRegistry nodeRegistry) {
        Upload upload = require(complete.file());
        String path = upload.path().toString();
        if (!upload.path().equals(complete.path())) {
            throw bad(complete.path().toString(), "the upload is of " + path);
        }
        Whole whole = new Whole();
        RowKeys.Span rest = RowKeys.pieces(complete.file());
        while (true) {
            List<Pair> page = rows.range(rest, PAGE);
            for (Pair row : page) {
                add(row, upload, complete.pieces(), whole);
            }
            if (page.size() < PAGE) {
                break;
            }
            rest = rest.startingAt(RowKeys.after(page.getLast().key()));
        }
        if (whole.pieces != complete.pieces() || whole.pieces == 0) {
            throw bad(path, "piece " + (whole.pieces + 1) + " is missing");
        }
        nodeRegistry.requireUnchanged(whole.relied());
        end(complete.file());
        return new FileRecord(
                complete.file(),
                whole.size,
                upload.chunkSize(),
                upload.first(),
                whole.crc32c,
                complete.modified(),
                complete.owner(),
                complete.mode(),
                whole.sha256.finish());
    }

    private static void add(Pair row, Upload upload, int last, Whole whole) {
        PieceRow pieceRow = Transaction.parse(row, PieceRow.parser());
        Piece piece = UploadCodec.from(RowKeys.pieceOf(row.key()), pieceRow);
        String path = upload.path().toString();
        if (piece.number() > last) {
            throw bad(path, "piece " + piece.number() + " is stored, and " + last + " is to be the last");
        }
        if (piece.number() != whole.pieces + 1) {
            throw bad(path, "piece " + (whole.pieces + 1) + " is missing");
        }
        if (piece.number() < last && piece.length() != upload.pieceBytes()) {
            throw bad(
                    path,
                    "piece " + piece.number() + " has " + piece.length() + " bytes; all but the last have "
                            + upload.pieceBytes());
        }
        whole.add(upload, piece, UploadCodec.relied(pieceRow));
    }

    void abort(FileId file) {
        if (rows.has(RowKeys.upload(file))) {
            end(file);
        }
    }

    private void end(FileId file) {
        rows.remove(RowKeys.upload(file));
        rows.put(RowKeys.endedUpload(file), new byte[0]);
        rows.add(Counter.UPLOADS, -1);
    }

    boolean hasEnded() {
        return !rows.range(RowKeys.endedUploads(), 1).isEmpty();
    }

    /** Removes the rows of at most {@code limit} pieces of uploads that are over. */
    void dissolve(int limit) {
        int left = limit;
        while (left > 0) {
            List<Pair> ended = rows.range(RowKeys.endedUploads(), 1);
            if (ended.isEmpty()) {
                return;
            }
            List<Pair> pieces =
                    rows.range(RowKeys.pieces(RowKeys.fileOf(ended.getFirst().key())), left);
            pieces.forEach(piece -> rows.remove(piece.key()));
            if (pieces.size() < left) {
                rows.remove(ended.getFirst().key());
            }
            left -= pieces.size() + 1;
        }
    }

    @Nullable
    Upload find(FileId file) {
        UploadRow row = rows.get(RowKeys.upload(file), UploadRow.parser());
        return row == null ? null : UploadCodec.from(file, row);
    }

    Upload require(FileId file) {
        Upload upload = find(file);
        if (upload == null) {
            throw TrivetException.of(
                    Refusal.Kind.NOT_OPEN, file.toString(), "the upload was completed or aborted, or took too long");
        }
        return upload;
    }

    QueryResult.Uploads page(Query.Uploads asked) {
        requireLimit(asked.limit());
        RowPage<Upload> page = RowPage.of(
                        rows, RowKeys.uploads().startingAt(RowKeys.upload(asked.from())), asked.limit())
                .map(OpenUploads::upload);
        return new QueryResult.Uploads(
                page.rows(), page.more() ? page.rows().getLast().file().plus(1) : null);
    }

    private static Upload upload(Pair row) {
        return UploadCodec.from(RowKeys.fileOf(row.key()), Transaction.parse(row, UploadRow.parser()));
    }

    QueryResult.Pieces pieces(Query.Pieces asked) {
        requireLimit(asked.limit());
        Upload upload = require(asked.file());
        byte[] from = RowKeys.piece(asked.file(), Math.clamp(asked.after() + 1L, 1, Integer.MAX_VALUE));
        RowPage<Piece> page = RowPage.of(rows, RowKeys.pieces(asked.file()).startingAt(from), asked.limit())
                .map(row -> UploadCodec.from(RowKeys.pieceOf(row.key()), Transaction.parse(row, PieceRow.parser())));
        return new QueryResult.Pieces(upload, page.rows(), page.more());
    }

    private static void requireLimit(int limit) {
        if (limit < 1 || limit > Query.MAX_PAGE) {
            throw bad("", "a page has 1 to " + Query.MAX_PAGE + " rows, not " + limit);
        }
    }

    /** Uploads that began before a time and got no piece since, at most {@code limit}. Reads all. */
    List<FileId> silentSince(Instant time, int limit) {
        List<FileId> found = new ArrayList<>();
        rows.any(RowKeys.uploads(), row -> {
            UploadRow upload = Transaction.parse(row, UploadRow.parser());
            if (Math.max(upload.getBegunMs(), upload.getPutMs()) < time.toEpochMilli()) {
                found.add(RowKeys.fileOf(row.key()));
            }
            return found.size() >= limit;
        });
        return found;
    }

    /** The uploads that a user began. Reads all. */
    UserUploads of(String user) {
        int[] count = new int[1];
        long[] bytes = new long[1];
        rows.any(RowKeys.uploads(), row -> {
            UploadRow upload = Transaction.parse(row, UploadRow.parser());
            if (upload.getUser().equals(user)) {
                count[0]++;
                bytes[0] += upload.getStoredBytes();
            }
            return false;
        });
        return new UserUploads(count[0], bytes[0]);
    }

    private static TrivetException bad(String subject, String detail) {
        return TrivetException.of(Refusal.Kind.BAD_REQUEST, subject, detail);
    }
}
