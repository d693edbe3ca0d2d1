package io.trivet.client;

import io.trivet.model.ChunkSize;
import io.trivet.model.Condition;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.Piece;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import io.trivet.model.Upload;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Files that are stored in pieces before they have a name: by any number of clients, in any order,
 * each piece again as often as needed. Any client whose user may write at the upload's path can go
 * on with it, until it is completed or aborted, or for {@link io.trivet.model.Command#UPLOAD_DAYS}
 * days. Any thread.
 */
public interface Uploads {
    /**
     * Begins an upload.
     *
     * @param pieceBytes in each piece but the last. {@link #chunkSize} must find a chunk size for it
     */
    Upload begin(RemotePath path, long pieceBytes);

    /**
     * The largest chunk size that divides pieces of this length and that the cluster takes. Throws
     * {@code BAD_REQUEST} if there is none: a piece is a multiple of 64 KiB, and of a chunk of 1 MiB
     * or more.
     */
    ChunkSize chunkSize(long pieceBytes);

    /** Whether {@link #chunkSize} finds a chunk size for pieces of this length. */
    boolean fits(long pieceBytes);

    /** An upload in progress. Throws {@code NOT_OPEN} if it is over. */
    Upload find(FileId file);

    /** The uploads in progress that this user may go on with, sorted by id, fetched page by page. */
    Iterable<Upload> list();

    /** The pieces that are stored, sorted by number, fetched page by page. */
    Iterable<Piece> pieces(FileId file);

    /** The piece of this number, if it is stored. */
    Optional<Piece> piece(FileId file, int number);

    /**
     * Stores a piece. On return it is on stable storage on R nodes, and every client finds it. A
     * piece that was stored before must have the same bytes: other ones are refused ({@code
     * DIFFERENT_CONTENT}), since a chunk never changes. Holds one chunk in memory.
     *
     * @param number 1 to {@link Upload#MAX_PIECES}
     * @param bytes ends after {@code length} bytes
     * @param length {@link Upload#pieceBytes} except in the last piece
     * @param tag at most {@link Piece#MAX_TAG} bytes, given back with the piece; asked for when the
     *     stream has ended
     * @throws IOException if the stream fails, or is shorter or longer; nothing is recorded then
     */
    Piece put(Upload upload, int number, InputStream bytes, long length, Supplier<String> tag) throws IOException;

    /** The same with a tag that is known before. */
    default Piece put(Upload upload, int number, InputStream bytes, long length, String tag) throws IOException {
        return put(upload, number, bytes, length, () -> tag);
    }

    /** Reads a stored piece of an upload that is not complete. */
    InputStream read(Upload upload, Piece piece);

    /**
     * Gives the file its name, in one step and without moving a byte: pieces 1 to {@code pieces}
     * become its content. Throws {@code BAD_REQUEST} if one is missing, if one but the last is
     * shorter than the others, or if there are more. An upload that is complete already, by an
     * earlier try or by another client, gives its file.
     *
     * @param change mode (0644 if null), time (now if null) and attributes of the file
     * @param conditions must hold at that moment, as in {@link TrivetClient#onlyIf}
     */
    FileRecord complete(Upload upload, int pieces, MetadataChange change, Condition... conditions);

    /** Gives up an upload. No error if it is over; throws {@link TrivetException} otherwise. */
    void abort(FileId file);
}
