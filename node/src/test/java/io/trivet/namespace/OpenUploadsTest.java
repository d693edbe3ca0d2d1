package io.trivet.namespace;

import static io.trivet.namespace.Scene.assertRefused;
import static io.trivet.namespace.Scene.path;
import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Attributes;
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
import io.trivet.model.Refusal.Kind;
import io.trivet.model.Right;
import io.trivet.model.SessionId;
import io.trivet.model.Sha256;
import io.trivet.model.Upload;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rules 3, 5 and 7 for files that are stored in pieces. */
final class OpenUploadsTest {
    private static final int CHUNK = 1 << 20;
    private static final long PIECE = 4L * CHUNK;

    private final Scene scene = Scene.of(3);
    private final SessionId session = scene.session();

    private FileId begin(String path) {
        Command begin = new Command.BeginUpload(path(path), "eve", PIECE, new ChunkSize(CHUNK));
        return ((Outcome.Reserved) scene.apply(session, begin)).start();
    }

    private static Command.Proof proof(int content) {
        return new Command.Proof(
                content, Sha256.of(ByteBuffer.allocate(4).putInt(content).array()), List.of());
    }

    private static Command.PutPiece piece(FileId file, int piece, long length, Command.Reliance... relied) {
        List<Command.Proof> chunks = new ArrayList<>();
        for (int place = 0; place < Math.ceilDiv(length, CHUNK); place++) {
            chunks.add(proof(100 * piece + place));
        }
        return new Command.PutPiece(file, piece, length, chunks, List.of(relied), "tag " + piece);
    }

    private void put(FileId file, int piece, long length) {
        assertThat(scene.apply(piece(file, piece, length))).isEqualTo(new Outcome.Done());
    }

    private Outcome complete(FileId file, String path, int pieces) {
        return scene.apply(
                session,
                new Command.CompleteUpload(
                        file, path(path), pieces, Scene.BIRTH, "eve", 0600, Attributes.NONE.with("a", "b")));
    }

    private QueryResult.Pieces pieces(FileId file, int after, int limit) {
        return (QueryResult.Pieces) scene.namespace.answer(new Query.Pieces(file, after, limit, Right.READ));
    }

    private void dissolve() {
        while (scene.namespace.hasDetached()) {
            scene.apply(new Command.Dissolve(2));
        }
    }

    private long rows(String letter) {
        return scene.store.content().keySet().stream()
                .filter(key -> key.startsWith(letter))
                .count();
    }

    @Test
    void piecesInAnyOrderMakeAPlainFile() {
        FileId file = begin("/new/big");
        put(file, 3, CHUNK + 7);
        put(file, 1, PIECE);
        put(file, 2, PIECE);
        scene.assertAlive(file);
        scene.assertMissing("/new/big");
        FileRecord record = ((Outcome.Committed) complete(file, "/new/big", 3)).record();
        assertThat(record.size()).isEqualTo(2 * PIECE + CHUNK + 7);
        assertThat(record.chunkCount()).isEqualTo(10);
        assertThat(record.isCopy()).isFalse();
        assertThat(record.owner()).isEqualTo("eve");
        int crc = 0;
        List<Sha256> chunks = new ArrayList<>();
        for (int number = 1; number <= 10; number++) {
            Command.Proof chunk = proof(100 * ((number - 1) / 4 + 1) + (number - 1) % 4);
            crc = Checksums.combine(crc, chunk.crc32c(), record.chunkLength(number));
            chunks.add(chunk.sha256());
        }
        assertThat(record.crc32c()).isEqualTo(crc);
        assertThat(record.sha256()).isEqualTo(Sha256.ofChunks(chunks));
        assertThat(scene.fileAt("/new/big")).isEqualTo(file);
        scene.assertAlive(file);
        assertThat(rows("J")).isZero();
        dissolve();
        assertThat(rows("V") + rows("v")).isZero();
        scene.assertAlive(file);
        scene.remove(session, "/new/big", false);
        scene.assertRemoved(file, scene.now());
    }

    @Test
    void theListShowsWhatIsStored() {
        FileId file = begin("/big");
        put(file, 7, 5);
        put(file, 2, PIECE);
        put(file, 2, PIECE);
        QueryResult.Pieces first = pieces(file, 0, 1);
        assertThat(first.more()).isTrue();
        assertThat(first.upload())
                .isEqualTo(new Upload(
                        file,
                        path("/big"),
                        "eve",
                        first.upload().begun(),
                        PIECE,
                        new ChunkSize(CHUNK),
                        first.upload().first()));
        assertThat(first.pieces()).extracting(Piece::number).containsExactly(2);
        QueryResult.Pieces second = pieces(file, 2, 1);
        assertThat(second.more()).isFalse();
        assertThat(second.pieces().getFirst().tag()).isEqualTo("tag 7");
        assertThat(second.pieces().getFirst().length()).isEqualTo(5);
        FileId other = begin("/other");
        QueryResult.Uploads uploads =
                (QueryResult.Uploads) scene.namespace.answer(new Query.Uploads(new FileId(1, 1), 1));
        assertThat(uploads.uploads()).extracting(Upload::file).containsExactly(file);
        assertThat(uploads.next()).isNotNull().isLessThanOrEqualTo(other);
    }

    @Test
    void whatDoesNotMakeAFileIsRefusedAndChangesNothing() {
        FileId file = begin("/big");
        assertRefused(complete(file, "/big", 0), Kind.BAD_REQUEST);
        put(file, 1, PIECE);
        put(file, 3, 9);
        assertRefused(complete(file, "/big", 3), Kind.BAD_REQUEST);
        assertRefused(complete(file, "/big", 1), Kind.BAD_REQUEST);
        put(file, 2, PIECE - 1);
        assertRefused(complete(file, "/big", 3), Kind.BAD_REQUEST);
        put(file, 2, PIECE);
        assertRefused(complete(file, "/elsewhere", 3), Kind.BAD_REQUEST);
        scene.make("/dir");
        assertRefused(complete(begin("/dir"), "/dir", 1), Kind.BAD_REQUEST);
        assertThat(rows("V")).isEqualTo(3);
        assertThat(rows("v")).isZero();
        assertThat(complete(file, "/big", 3)).isInstanceOf(Outcome.Committed.class);
        assertRefused(complete(file, "/big", 3), Kind.NOT_OPEN);
        assertRefused(scene.apply(piece(file, 1, PIECE)), Kind.NOT_OPEN);
    }

    @Test
    void piecesThatDoNotFitAreRefused() {
        FileId file = begin("/big");
        assertRefused(scene.apply(piece(file, 0, PIECE)), Kind.BAD_REQUEST);
        assertRefused(scene.apply(piece(file, Upload.MAX_PIECES + 1, PIECE)), Kind.BAD_REQUEST);
        assertRefused(scene.apply(piece(file, 1, PIECE + 1)), Kind.BAD_REQUEST);
        assertRefused(scene.apply(piece(file, 1, 0)), Kind.BAD_REQUEST);
        Command.PutPiece fewer = new Command.PutPiece(file, 1, PIECE, List.of(proof(1)), List.of(), "");
        assertRefused(scene.apply(fewer), Kind.BAD_REQUEST);
        assertRefused(scene.apply(piece(file.plus(1), 1, PIECE)), Kind.NOT_OPEN);
        Command odd = new Command.BeginUpload(path("/odd"), "eve", PIECE + 1, new ChunkSize(CHUNK));
        assertRefused(scene.apply(session, odd), Kind.BAD_REQUEST);
        Command small = new Command.BeginUpload(path("/small"), "eve", 64 << 10, new ChunkSize(64 << 10));
        assertRefused(scene.apply(session, small), Kind.BAD_REQUEST);
        assertThat(rows("J")).isEqualTo(1);
        assertThat(rows("V")).isZero();
    }

    /** Rule 1. */
    @Test
    void aStoredPieceKeepsItsBytes() {
        FileId file = begin("/big");
        put(file, 1, PIECE - 7);
        put(file, 1, PIECE);
        put(file, 1, PIECE);
        Command.PutPiece other = new Command.PutPiece(
                file, 1, PIECE, List.of(proof(100), proof(101), proof(102), proof(9)), List.of(), "");
        assertRefused(scene.apply(other), Kind.DIFFERENT_CONTENT);
        Command.PutPiece shorter = new Command.PutPiece(file, 1, CHUNK, List.of(proof(9)), List.of(), "");
        assertRefused(scene.apply(shorter), Kind.DIFFERENT_CONTENT);
        assertThat(scene.namespace.pieceLength(file, 1)).isEqualTo(PIECE);
        assertThat(scene.namespace.pieceLength(file, 2)).isZero();
    }

    /** Rule 7. */
    @Test
    void aNodeThatLostDataSinceIsAskedAgain() {
        FileId file = begin("/big");
        NodeId n1 = new NodeId(1);
        scene.apply(piece(file, 1, 5, new Command.Reliance(n1, 0)));
        scene.apply(new Command.RaiseLossEpoch(n1, 1));
        assertRefused(scene.apply(piece(file, 2, 5, new Command.Reliance(n1, 0))), Kind.CHECK_AGAIN);
        assertRefused(complete(file, "/big", 1), Kind.CHECK_AGAIN);
        scene.apply(piece(file, 1, 5, new Command.Reliance(n1, 1)));
        assertThat(complete(file, "/big", 1)).isInstanceOf(Outcome.Committed.class);
    }

    @Test
    void anAbortedUploadLeavesNothing() {
        FileId file = begin("/big");
        put(file, 1, PIECE);
        put(file, 2, PIECE);
        put(file, 3, PIECE);
        scene.apply(new Command.AbortUpload(file));
        scene.apply(new Command.AbortUpload(file));
        scene.assertDead(file);
        dissolve();
        assertThat(rows("J") + rows("V") + rows("v")).isZero();
        assertThat(new Transaction(scene.store).count(Counter.UPLOADS)).isZero();
    }

    @Test
    void uploadsOutliveSessionsAndEndByTime() {
        Instant before = scene.now();
        FileId file = begin("/big");
        scene.apply(new Command.EndSession(session));
        scene.assertAlive(file);
        assertThat(scene.namespace.uploadsSilentSince(before, 10)).isEmpty();
        scene.pass(Duration.ofDays(6));
        put(file, 3, 9);
        scene.pass(Duration.ofDays(6));
        assertThat(scene.namespace.uploadsSilentSince(scene.now().minus(Duration.ofDays(7)), 10))
                .isEmpty();
        scene.pass(Duration.ofDays(2));
        assertThat(scene.namespace.uploadsSilentSince(scene.now().minus(Duration.ofDays(7)), 10))
                .containsExactly(file);
        put(file, 1, PIECE);
        put(file, 2, PIECE - 1);
        put(file, 2, 5);
        assertThat(scene.namespace.uploadsOf("eve")).isEqualTo(new UserUploads(1, PIECE + 14));
        assertThat(scene.namespace.uploadsOf("ada")).isEqualTo(new UserUploads(0, 0));
    }

    @Test
    void aRestoredNamespaceHasNone() throws IOException {
        FileId file = begin("/big");
        put(file, 1, PIECE);
        complete(file, "/big", 1);
        FileId open = begin("/open");
        put(open, 1, PIECE);
        ByteArrayOutputStream backup = new ByteArrayOutputStream();
        scene.namespace.backup(backup);
        Scene other = new Scene();
        Backup.replay(
                new ByteArrayInputStream(backup.toByteArray()),
                new NodeId(1),
                2,
                command -> assertThat(other.apply(command)).isEqualTo(new Outcome.Done()));
        other.namespace.requireConsistent(1);
        other.assertAlive(file);
        assertThat(other.store.content().keySet())
                .noneMatch(key -> key.startsWith("J") || key.startsWith("V") || key.startsWith("v"));
        assertThat(new Transaction(other.store).count(Counter.UPLOADS)).isZero();
    }

    /** 1 TiB in 10,000 pieces: the record is that of any file, and one entry is quick enough. */
    @Test
    void tenThousandPiecesAreOneSmallRecord() {
        Command begin = new Command.BeginUpload(path("/tera"), "eve", 105L << 20, new ChunkSize(35 << 20));
        FileId file = ((Outcome.Reserved) scene.apply(session, begin)).start();
        List<Command.Proof> chunks = List.of(proof(1), proof(2), proof(3));
        for (int piece = 1; piece <= Upload.MAX_PIECES; piece++) {
            scene.apply(new Command.PutPiece(file, piece, 105L << 20, chunks, List.of(), ""));
        }
        FileRecord record = ((Outcome.Committed) complete(file, "/tera", Upload.MAX_PIECES)).record();
        assertThat(record.size()).isEqualTo(Upload.MAX_PIECES * (105L << 20));
        assertThat(((io.trivet.model.NameEntry.File) scene.find("/tera")).storedBytes())
                .isLessThan(128);
    }
}
