package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.client.Account;
import io.trivet.client.MetadataChange;
import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.client.Uploads;
import io.trivet.model.Attributes;
import io.trivet.model.ChunkSize;
import io.trivet.model.Condition;
import io.trivet.model.FileRecord;
import io.trivet.model.Grant;
import io.trivet.model.NameEntry;
import io.trivet.model.Piece;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.model.TrivetException;
import io.trivet.model.Upload;
import io.trivet.wire.credentials.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files that several clients store in pieces, on real nodes. */
@Timeout(120)
class UploadsTest {
    private static final int CHUNK = 128 << 10;
    private static final int PIECE = 3 * CHUNK;

    @TempDir
    static Path base;

    private static LocalCluster cluster;
    private static TrivetClient client;

    @BeforeAll
    static void start() throws IOException {
        cluster = LocalCluster.start(base.resolve("c"), 3, new ChunkSize(CHUNK));
        client = cluster.client();
    }

    @AfterAll
    static void stop() {
        client.close();
        cluster.close();
    }

    private static RemotePath path(String text) {
        return RemotePath.parse(text);
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static Piece put(TrivetClient by, Upload upload, int number, byte[] all) throws IOException {
        byte[] piece = Arrays.copyOfRange(all, (number - 1) * PIECE, Math.min(all.length, number * PIECE));
        return by.uploads().put(upload, number, new ByteArrayInputStream(piece), piece.length, "part " + number);
    }

    private static void assertRefused(Refusal.Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TrivetException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }

    private static void loads(String name, byte[] expected) throws IOException {
        Path target = base.resolve("loaded");
        client.load(path(name), target, Progress.NONE);
        assertThat(Files.readAllBytes(target)).isEqualTo(expected);
        assertThat(client.replicas().verify(path(name)).isWhole()).isTrue();
    }

    @Test
    void clientsPutPiecesAtOnceInAnyOrder() throws Exception {
        byte[] all = bytes(20 * PIECE + 12_345);
        Upload upload = client.uploads().begin(path("/at/once"), PIECE);
        assertThat(upload.chunkSize().bytes()).isEqualTo(CHUNK);
        try (ExecutorService threads = Executors.newFixedThreadPool(4);
                TrivetClient other = cluster.client()) {
            List<Future<Piece>> under = new ArrayList<>();
            for (int number = 21; number >= 1; number--) {
                int piece = number;
                TrivetClient by = number % 2 == 0 ? client : other;
                Callable<Piece> put = () -> put(by, by.uploads().find(upload.file()), piece, all);
                under.add(threads.submit(put));
            }
            for (Future<Piece> each : under) {
                each.get();
            }
        }
        List<Piece> stored = new ArrayList<>();
        client.uploads().pieces(upload.file()).forEach(stored::add);
        assertThat(stored).hasSize(21);
        assertThat(stored.get(3).tag()).isEqualTo("part 4");
        assertThat(client.uploads().list()).extracting(Upload::path).contains(path("/at/once"));
        FileRecord record = client.uploads()
                .complete(
                        upload,
                        21,
                        MetadataChange.NONE.withMode(0600).withAttributes(Attributes.NONE.with("user.a", "b")));
        assertThat(record.size()).isEqualTo(all.length);
        assertThat(record.mode()).isEqualTo(0600);
        assertThat(record.owner()).isNotEmpty();
        assertThat(client.uploads().complete(upload, 21, MetadataChange.NONE))
                .as("as after a lost answer")
                .isEqualTo(record);
        loads("/at/once", all);
        assertThat(client.uploads().list()).extracting(Upload::path).doesNotContain(path("/at/once"));
        client.copy(path("/at/once"), path("/copy"), MetadataChange.NONE);
        loads("/copy", all);
    }

    @Test
    void anotherClientGoesOnAfterTheFirstIsGone() throws IOException {
        byte[] all = bytes(2 * PIECE);
        Upload upload;
        try (TrivetClient first = cluster.client()) {
            upload = first.uploads().begin(path("/handed/over"), PIECE);
            put(first, upload, 2, all);
        }
        put(client, upload, 1, all);
        client.uploads().complete(upload, 2, MetadataChange.NONE, Condition.absent(path("/handed/over")));
        loads("/handed/over", all);
    }

    @Test
    void aPieceMayBePutAgainWithTheSameBytesOnly() throws IOException {
        byte[] all = bytes(PIECE + 5);
        Upload upload = client.uploads().begin(path("/again"), PIECE);
        put(client, upload, 1, all);
        put(client, upload, 1, all);
        byte[] others = all.clone();
        others[7] ^= 1;
        assertRefused(Refusal.Kind.DIFFERENT_CONTENT, () -> put(client, upload, 1, others));
        put(client, upload, 2, all);
        client.uploads().complete(upload, 2, MetadataChange.NONE);
        loads("/again", all);
    }

    @Test
    void aPieceCanBeReadBeforeTheFileIsComplete() throws IOException {
        byte[] all = bytes(2 * PIECE + 99);
        Upload upload = client.uploads().begin(path("/read"), PIECE);
        put(client, upload, 3, all);
        Piece second = put(client, upload, 2, all);
        try (InputStream in = client.uploads().read(upload, second)) {
            assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(all, PIECE, 2 * PIECE));
        }
        client.uploads().abort(upload.file());
        client.uploads().abort(upload.file());
        assertRefused(Refusal.Kind.NOT_OPEN, () -> client.uploads().find(upload.file()));
        assertRefused(Refusal.Kind.NOT_OPEN, () -> put(client, upload, 1, all));
        assertRefused(Refusal.Kind.NOT_OPEN, () -> client.uploads().complete(upload, 3, MetadataChange.NONE));
    }

    @Test
    void aUserNeedsTheRightAndRoomForEachPiece() throws IOException {
        byte[] all = bytes(3 * PIECE);
        Account dora = new Account("dora", Secret.random());
        client.users().add("dora", dora.secret());
        Upload foreign = client.uploads().begin(path("/foreign"), PIECE);
        put(client, foreign, 1, all);
        try (TrivetClient hers = cluster.client(dora)) {
            assertRefused(Refusal.Kind.FORBIDDEN, () -> hers.uploads().begin(path("/dora/x"), PIECE));
            client.users().setRights("dora", new Grant(path("/dora"), Set.of(Right.WRITE)));
            client.users().setLimits("dora", 2L * PIECE, null, null, null);
            assertThat(hers.uploads().list()).isEmpty();
            assertRefused(Refusal.Kind.FORBIDDEN, () -> hers.uploads().find(foreign.file()));
            assertRefused(Refusal.Kind.FORBIDDEN, () -> hers.uploads().abort(foreign.file()));
            assertRefused(Refusal.Kind.FORBIDDEN, () -> hers.uploads().complete(foreign, 1, MetadataChange.NONE));
            Upload own = hers.uploads().begin(path("/dora/x"), PIECE);
            assertRefused(
                    Refusal.Kind.NOT_OPEN, () -> hers.uploads().find(own.file().plus(1)));
            Piece first = put(hers, own, 1, all);
            put(hers, own, 1, all);
            put(hers, own, 2, all);
            assertRefused(Refusal.Kind.QUOTA, () -> put(hers, own, 3, all));
            assertRefused(Refusal.Kind.FORBIDDEN, () -> hers.uploads().read(own, first));
            assertThat(hers.uploads().complete(own, 2, MetadataChange.NONE).owner())
                    .isEqualTo("dora");
        }
        loads("/dora/x", Arrays.copyOf(all, 2 * PIECE));
        client.uploads().abort(foreign.file());
    }

    @Test
    void whatIsIncompleteOrForbiddenIsRefused() throws IOException {
        byte[] all = bytes(2 * PIECE);
        Uploads uploads = client.uploads();
        Upload upload = uploads.begin(path("/incomplete"), PIECE);
        put(client, upload, 2, all);
        assertRefused(Refusal.Kind.BAD_REQUEST, () -> uploads.complete(upload, 2, MetadataChange.NONE));
        put(client, upload, 1, all);
        client.save(Files.write(base.resolve("there"), new byte[] {1}), path("/incomplete"), Progress.NONE);
        assertRefused(
                Refusal.Kind.CONDITION_FAILED,
                () -> uploads.complete(upload, 2, MetadataChange.NONE, Condition.absent(path("/incomplete"))));
        uploads.complete(upload, 2, MetadataChange.NONE);
        assertThat(((NameEntry.File) client.stat(path("/incomplete"))).record().size())
                .isEqualTo(all.length);
        assertRefused(Refusal.Kind.BAD_REQUEST, () -> uploads.begin(path("/odd"), CHUNK + 1));
        InputStream shorter = new ByteArrayInputStream(new byte[3]);
        Upload other = uploads.begin(path("/short"), PIECE);
        assertThatThrownBy(() -> uploads.put(other, 1, shorter, 4, "")).isInstanceOf(IOException.class);
        assertThat(uploads.pieces(other.file())).isEmpty();
    }
}
