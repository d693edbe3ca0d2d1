package io.trivet.node.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.client.Account;
import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.model.CallerIdentity;
import io.trivet.model.Checksums;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.Grant;
import io.trivet.model.NameEntry;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.QueryResult;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.model.SessionId;
import io.trivet.model.Sha256;
import io.trivet.model.Slot;
import io.trivet.model.StoreReceipt;
import io.trivet.node.LocalCluster;
import io.trivet.wire.BlockSums;
import io.trivet.wire.Connection;
import io.trivet.wire.Connector;
import io.trivet.wire.LoginHandshake;
import io.trivet.wire.credentials.Secret;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A record contains what the leader knows of a file, not what a client claims; and an acknowledged
 * removal is in the trash.
 */
class RecordTest {
    private static final int CHUNK = 64 << 10;
    private static final NodeId N0 = new NodeId(0);
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Account MALLORY = new Account("mallory", Secret.random());

    @TempDir
    static Path base;

    private static LocalCluster cluster;
    private static TrivetClient admin;
    private static Connector connector;
    private static SessionId session;
    private static long sequence;

    @BeforeAll
    static void start() throws IOException {
        cluster = LocalCluster.start(base.resolve("c"), 1, new ChunkSize(CHUNK));
        admin = cluster.client();
        admin.users().add("mallory", MALLORY.secret());
        admin.users()
                .setRights("mallory", new Grant(RemotePath.parse("/m"), Set.of(Right.READ, Right.WRITE, Right.LIST)));
        connector = cluster.connector();
        connector.introduceAs(
                new LoginHandshake(new CallerIdentity.OfUser("mallory", 0), MALLORY.secret()::bytes), true);
        session = ((Outcome.SessionOpened) submit(Operation.unnumbered(new Command.OpenSession()))).session();
    }

    @AfterAll
    static void stop() {
        connector.close();
        admin.close();
        cluster.close();
    }

    private static Outcome submit(Operation operation) {
        Reply reply =
                connector.call(cluster.node(N0).address(), RequestEnvelope.toAny(new Request.Submit(operation)), LIMIT);
        Reply told = reply instanceof Reply.WithToken with ? with.reply() : reply;
        return ((Reply.OutcomeOf) told).outcome();
    }

    private static Outcome submit(Command command) {
        return submit(new Operation(session, ++sequence, sequence, command));
    }

    /** An open save of mallory, and the token for its chunks. */
    private record Open(FileId file, Slot first, byte[] token) {}

    private static Open reserve() {
        Operation operation = new Operation(session, ++sequence, sequence, new Command.Reserve(1, -1));
        Reply.WithToken reply = (Reply.WithToken)
                connector.call(cluster.node(N0).address(), RequestEnvelope.toAny(new Request.Submit(operation)), LIMIT);
        Outcome.Reserved reserved = (Outcome.Reserved) ((Reply.OutcomeOf) reply.reply()).outcome();
        return new Open(reserved.start(), reserved.first(), reply.token());
    }

    private static final byte[] BYTES = {1, 2, 3, 4, 5, 6, 7};

    /** Stores a file of one chunk; returns the node's receipt. */
    private static StoreReceipt store(Open open) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(BYTES);
        int[] sums = BlockSums.checksums(bytes);
        Connection connection = connector.take(cluster.node(N0).address(), LIMIT);
        try {
            Request.StoreChunk store = new Request.StoreChunk(
                    new ChunkId(open.file(), 1),
                    open.first(),
                    new ChunkSize(CHUNK),
                    BYTES.length,
                    true,
                    RemotePath.parse("/m/p"),
                    List.of(),
                    0);
            connection.sendWhole(new RequestEnvelope(N0, store, open.token()), bytes, sums, sums[0], Sha256.of(BYTES));
            Reply.Stored stored = (Reply.Stored) connection.receive().message();
            return Objects.requireNonNull(stored.holders().getFirst().receipt());
        } finally {
            connection.close();
        }
    }

    private static Command.Proof proof(StoreReceipt... receipts) {
        return new Command.Proof(Checksums.of(BYTES), Sha256.of(BYTES), List.of(receipts));
    }

    private static Command.Commit commit(Open open, Command.Proof... proofs) {
        return new Command.Commit(
                open.file(),
                RemotePath.parse("/m/p"),
                BYTES.length,
                Checksums.of(BYTES),
                Instant.now(),
                "root",
                04777,
                onTheNode(),
                Sha256.of(BYTES),
                List.of(proofs));
    }

    private static List<Command.Reliance> onTheNode() {
        return List.of(new Command.Reliance(N0, 0));
    }

    @Test
    void theOwnerIsWhoAskedAndNoModeLendsRights() throws IOException {
        Open open = reserve();
        assertThat(submit(commit(open, proof(store(open))))).isInstanceOf(Outcome.Committed.class);
        FileRecord record = ((NameEntry.File) admin.stat(RemotePath.parse("/m/p"))).record();
        assertThat(record.owner()).isEqualTo("mallory");
        assertThat(record.mode()).isEqualTo(0777);
        assertThat(record.sha256()).isEqualTo(Sha256.of(BYTES));
    }

    /** A resumed save has no receipts of what was stored before: the nodes are asked. */
    @Test
    void aChunkThatIsThereNeedsNoReceipt() throws IOException {
        Open open = reserve();
        store(open);
        assertThat(submit(commit(open, proof()))).isInstanceOf(Outcome.Committed.class);
    }

    @Test
    void aFileOfOneChunkThatIsNowhereIsRefused() throws IOException {
        Open stored = reserve();
        StoreReceipt receipt = store(stored);
        Open phantom = reserve();
        assertNowhere(commit(phantom, proof()));
        // The receipt of another chunk, and a forged one.
        assertNowhere(commit(phantom, proof(receipt)));
        assertNowhere(commit(phantom, proof(new StoreReceipt(N0, 0, receipt.key(), new byte[32]))));
        assertThatThrownBy(() -> submit(commit(phantom))).hasMessageContaining("it says what 0 of 1 chunks are");
    }

    /**
     * The receipt of this chunk is for other bytes than the commit names, and so is the node's
     * answer.
     */
    @Test
    void aReceiptIsForTheBytesThatWereStored() throws IOException {
        Open open = reserve();
        StoreReceipt receipt = store(open);
        Sha256 other = Sha256.of(new byte[7]);
        Command.Commit wrong = new Command.Commit(
                open.file(),
                RemotePath.parse("/m/p"),
                BYTES.length,
                Checksums.of(BYTES),
                Instant.now(),
                "",
                0644,
                onTheNode(),
                other,
                List.of(new Command.Proof(Checksums.of(BYTES), other, List.of(receipt))));
        assertNowhere(wrong);
        Command.Commit mismatch = new Command.Commit(
                open.file(),
                RemotePath.parse("/m/p"),
                BYTES.length,
                Checksums.of(BYTES),
                Instant.now(),
                "",
                0644,
                onTheNode(),
                other,
                List.of(proof(receipt)));
        assertThatThrownBy(() -> submit(mismatch)).hasMessageContaining("do not make the checksums");
    }

    /** What is open in another session is not looked at: the answer would tell a right guess from a wrong one. */
    @Test
    void theOpenSaveOfAnotherSessionConfirmsNoGuess() throws IOException {
        Open open = reserve();
        StoreReceipt receipt = store(open);
        SessionId other = ((Outcome.SessionOpened) submit(Operation.unnumbered(new Command.OpenSession()))).session();
        Command.Proof wrong = new Command.Proof(Checksums.of(BYTES), Sha256.of(new byte[7]), List.of());
        List<Outcome> outcomes = new ArrayList<>();
        long number = 0;
        for (Command.Proof guess : List.of(proof(), proof(receipt), wrong)) {
            outcomes.add(submit(new Operation(other, ++number, number, commit(open, guess))));
        }
        assertThat(outcomes).allMatch(Outcome.Refused.class::isInstance);
        assertThat(Set.copyOf(outcomes)).hasSize(1);
        assertThat(submit(commit(open, proof(receipt)))).isInstanceOf(Outcome.Committed.class);
    }

    private static void assertNowhere(Command.Commit commit) {
        assertThatThrownBy(() -> submit(commit)).hasMessageContaining("none of its nodes has chunk");
    }

    @Test
    void whatNobodyCanHaveStoredIsRefused() {
        Open open = reserve();
        assertThatThrownBy(() -> submit(sized(open, 7, List.of())))
                .hasMessageContaining("it says of no node that it holds a chunk");
        assertThatThrownBy(() -> submit(sized(open, CommitCheck.MAX_SIZE + 1, onTheNode())))
                .hasMessageContaining("a file has at most");
        long many = (Command.MAX_PROVEN + 1L) * CHUNK;
        assertThatThrownBy(() -> submit(sized(open, many, onTheNode())))
                .hasMessageContaining("none of its nodes has chunk");
    }

    private static Command.Commit sized(Open open, long size, List<Command.Reliance> relied) {
        return new Command.Commit(
                open.file(), RemotePath.parse("/m/p"), size, 0, Instant.now(), "", 0644, relied, Sha256.of(BYTES));
    }

    @Test
    void aFileWhoseManyChunksAreThereIsSaved() throws IOException {
        Path source = Files.write(base.resolve("many"), new byte[86 * CHUNK + 1]);
        admin.save(source, RemotePath.parse("/many"), Progress.NONE);
        Path target = base.resolve("loaded");
        admin.load(RemotePath.parse("/many"), target, Progress.NONE);
        assertThat(Files.mismatch(source, target)).isEqualTo(-1);
    }

    /** Half of the paths that a user may have rights at are reserved for administrators of /. */
    @Test
    void whoeverAdministersAPartDoesNotUseUpTheGrantsOfAUser() {
        for (int i = 0; i < OperationPreparation.MAX_GRANTS_BY_OTHERS; i++) {
            admin.users().setRights("admin", new Grant(RemotePath.parse("/g" + i), Set.of(Right.READ)));
        }
        admin.users().setRights("mallory", new Grant(RemotePath.parse("/m"), Set.of(Right.values())));
        Command take = new Command.SetRights("admin", new Grant(RemotePath.parse("/m/x"), Set.of(Right.READ)));
        assertThatThrownBy(() -> submit(take)).hasMessageContaining("only an administrator of / gives more");
        admin.users().setRights("admin", new Grant(RemotePath.parse("/m/x"), Set.of(Right.READ)));
    }

    /** So that whoever administers / can still grant something. */
    @Test
    void whoeverAdministersAPartDoesNotUseUpWhatATokenCarries() {
        admin.users().add("bob", Secret.random());
        admin.users().setRights("mallory", new Grant(RemotePath.parse("/w"), Set.of(Right.values())));
        for (int i = 0; i < 12; i++) {
            submit(new Command.SetRights("bob", writeBelow("/w", i)));
        }
        assertThatThrownBy(() -> submit(new Command.SetRights("bob", writeBelow("/w", 12))))
                .hasMessageContaining("only an administrator of / gives more");
        admin.users().setRights("bob", writeBelow("/w", 12));
    }

    private static Grant writeBelow(String path, int number) {
        return new Grant(
                RemotePath.parse(path + "/" + number + "/" + "x".repeat(250) + "/" + "y".repeat(240)),
                Set.of(Right.WRITE));
    }

    /** The rows of users are read many at once. */
    @Test
    void aUsersRightsHaveABoundInBytes() {
        List<Grant> grants = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            grants.add(new Grant(
                    RemotePath.parse("/r" + i + "/" + "x".repeat(250) + "/" + "y".repeat(200)), Set.of(Right.READ)));
        }
        admin.users().add("fat", Secret.random());
        assertThatThrownBy(() -> grants.forEach(grant -> admin.users().setRights("fat", grant)))
                .hasMessageContaining("bytes at the most");
    }

    /** More files than one step of a removal takes: all of them are in the trash afterwards. */
    @Test
    void aRemovalThatWasAnsweredIsInTheTrash() throws IOException {
        int files = 230;
        admin.trash().setRetention(Duration.ofHours(1));
        Path source = Files.writeString(base.resolve("small"), "small");
        for (int i = 0; i < files; i++) {
            admin.save(source, RemotePath.parse("/tree/" + i % 3 + "/" + i), Progress.NONE);
        }
        admin.remove(RemotePath.parse("/tree"), true);
        QueryResult.Trash page = admin.trash().page(new FileId(1, 1));
        assertThat(page.underWay()).isFalse();
        assertThat(page.allFiles()).isEqualTo(files);
        assertThat(page.files()).hasSize(files);
    }
}
