package io.trivet.message;

import io.trivet.message.StateMessages.PieceRow;
import io.trivet.message.StateMessages.UploadRow;
import io.trivet.model.ChunkSize;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.Piece;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.model.Slot;
import io.trivet.model.Upload;
import java.time.Instant;
import java.util.List;

/** Converts uploads, their pieces and commands to messages of {@code state.proto} and back. */
public final class UploadCodec {
    private UploadCodec() {}

    public static UploadRow row(Upload upload) {
        return UploadRow.newBuilder()
                .setPath(upload.path().toString())
                .setUser(upload.user())
                .setBegunMs(upload.begun().toEpochMilli())
                .setPieceBytes(upload.pieceBytes())
                .setChunkSize(upload.chunkSize().bytes())
                .setFirst(upload.first().number())
                .build();
    }

    public static Upload from(FileId file, UploadRow row) {
        return new Upload(
                file,
                RemotePath.parse(row.getPath()),
                row.getUser(),
                Instant.ofEpochMilli(row.getBegunMs()),
                row.getPieceBytes(),
                new ChunkSize(row.getChunkSize()),
                new Slot(row.getFirst()));
    }

    /**
     * The row of a piece.
     *
     * @param relied the nodes that acknowledged its chunks
     */
    public static PieceRow row(Piece piece, List<Command.Reliance> relied) {
        return PieceRow.newBuilder()
                .setLength(piece.length())
                .addAllChunks(piece.chunks().stream().map(CommandCodec::to).toList())
                .addAllRelied(relied.stream().map(CommandCodec::to).toList())
                .setTag(piece.tag())
                .setStoredMs(piece.stored().toEpochMilli())
                .build();
    }

    public static Piece from(int number, PieceRow row) {
        return new Piece(
                number,
                row.getLength(),
                row.getChunksList().stream().map(CommandCodec::from).toList(),
                row.getTag(),
                Instant.ofEpochMilli(row.getStoredMs()));
    }

    public static List<Command.Reliance> relied(PieceRow row) {
        return row.getReliedList().stream().map(CommandCodec::from).toList();
    }

    static StateMessages.Command.BeginUpload to(Command.BeginUpload begin) {
        return StateMessages.Command.BeginUpload.newBuilder()
                .setPath(begin.path().toString())
                .setUser(begin.user())
                .setPieceBytes(begin.pieceBytes())
                .setChunkSize(begin.chunkSize().bytes())
                .build();
    }

    static Command.BeginUpload from(StateMessages.Command.BeginUpload message) {
        return new Command.BeginUpload(
                RemotePath.parse(message.getPath()),
                message.getUser(),
                message.getPieceBytes(),
                new ChunkSize(message.getChunkSize()));
    }

    static StateMessages.Command.PutPiece to(Command.PutPiece put) {
        return StateMessages.Command.PutPiece.newBuilder()
                .setFile(StateCodec.to(put.file()))
                .setPiece(put.piece())
                .setLength(put.length())
                .addAllChunks(put.chunks().stream().map(CommandCodec::to).toList())
                .addAllRelied(put.relied().stream().map(CommandCodec::to).toList())
                .setTag(put.tag())
                .build();
    }

    static Command.PutPiece from(StateMessages.Command.PutPiece message) {
        return new Command.PutPiece(
                StateCodec.from(message.getFile()),
                message.getPiece(),
                message.getLength(),
                message.getChunksList().stream().map(CommandCodec::from).toList(),
                message.getReliedList().stream().map(CommandCodec::from).toList(),
                message.getTag());
    }

    static StateMessages.Command.CompleteUpload to(Command.CompleteUpload complete) {
        return StateMessages.Command.CompleteUpload.newBuilder()
                .setFile(StateCodec.to(complete.file()))
                .setPath(complete.path().toString())
                .setPieces(complete.pieces())
                .setModifiedMs(complete.modified().toEpochMilli())
                .setModifiedNanos(StateCodec.nanosOf(complete.modified()))
                .setOwner(complete.owner())
                .setMode(complete.mode())
                .setAttributes(AttributesCodec.row(complete.attributes()))
                .build();
    }

    static Command.CompleteUpload from(StateMessages.Command.CompleteUpload message) {
        return new Command.CompleteUpload(
                StateCodec.from(message.getFile()),
                RemotePath.parse(message.getPath()),
                message.getPieces(),
                StateCodec.time(message.getModifiedMs(), message.getModifiedNanos()),
                message.getOwner(),
                message.getMode(),
                AttributesCodec.from(message.getAttributes()));
    }

    static StateMessages.Question.Uploads to(Query.Uploads asked) {
        return StateMessages.Question.Uploads.newBuilder()
                .setFrom(StateCodec.to(asked.from()))
                .setLimit(asked.limit())
                .build();
    }

    static Query.Uploads from(StateMessages.Question.Uploads message) {
        return new Query.Uploads(StateCodec.from(message.getFrom()), message.getLimit());
    }

    static StateMessages.Question.Pieces to(Query.Pieces asked) {
        return StateMessages.Question.Pieces.newBuilder()
                .setFile(StateCodec.to(asked.file()))
                .setAfter(asked.after())
                .setLimit(asked.limit())
                .setWrite(asked.right() == Right.WRITE)
                .build();
    }

    static Query.Pieces from(StateMessages.Question.Pieces message) {
        return new Query.Pieces(
                StateCodec.from(message.getFile()),
                message.getAfter(),
                message.getLimit(),
                message.getWrite() ? Right.WRITE : Right.READ);
    }

    static StateMessages.Answer.Uploads to(QueryResult.Uploads page) {
        StateMessages.Answer.Uploads.Builder builder = StateMessages.Answer.Uploads.newBuilder()
                .addAllUploads(page.uploads().stream().map(UploadCodec::to).toList());
        FileId next = page.next();
        return (next == null ? builder : builder.setNext(StateCodec.to(next))).build();
    }

    static QueryResult.Uploads from(StateMessages.Answer.Uploads message) {
        return new QueryResult.Uploads(
                message.getUploadsList().stream().map(UploadCodec::from).toList(),
                message.hasNext() ? StateCodec.from(message.getNext()) : null);
    }

    static StateMessages.Answer.Pieces to(QueryResult.Pieces page) {
        return StateMessages.Answer.Pieces.newBuilder()
                .setUpload(to(page.upload()))
                .addAllPieces(page.pieces().stream()
                        .map(piece -> StateMessages.Answer.Piece.newBuilder()
                                .setNumber(piece.number())
                                .setRow(row(piece, List.of()))
                                .build())
                        .toList())
                .setMore(page.more())
                .build();
    }

    static QueryResult.Pieces from(StateMessages.Answer.Pieces message) {
        return new QueryResult.Pieces(
                from(message.getUpload()),
                message.getPiecesList().stream()
                        .map(piece -> from(piece.getNumber(), piece.getRow()))
                        .toList(),
                message.getMore());
    }

    private static StateMessages.Answer.Upload to(Upload upload) {
        return StateMessages.Answer.Upload.newBuilder()
                .setFile(StateCodec.to(upload.file()))
                .setRow(row(upload))
                .build();
    }

    private static Upload from(StateMessages.Answer.Upload message) {
        return from(StateCodec.from(message.getFile()), message.getRow());
    }
}
