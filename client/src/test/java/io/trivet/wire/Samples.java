package io.trivet.wire;

import io.trivet.model.Absence;
import io.trivet.model.Address;
import io.trivet.model.AdminState;
import io.trivet.model.Attributes;
import io.trivet.model.CallerIdentity;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkRange;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.ClusterView;
import io.trivet.model.Command;
import io.trivet.model.Debt;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.Grant;
import io.trivet.model.KeySuccession;
import io.trivet.model.Layout;
import io.trivet.model.MissingChunk;
import io.trivet.model.NameEntry;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.RepairReport;
import io.trivet.model.Right;
import io.trivet.model.ScrubReport;
import io.trivet.model.SeatReport;
import io.trivet.model.SessionId;
import io.trivet.model.Sha256;
import io.trivet.model.Slot;
import io.trivet.model.StorageReport;
import io.trivet.wire.credentials.ChannelBinding;
import io.trivet.wire.credentials.JoinProof;
import io.trivet.wire.credentials.SignedText;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

/** One of every message, with a value in every field. */
public final class Samples {
    public static final ClusterId CLUSTER = ClusterId.parse("7d444840-9dc0-11d1-b245-5ffdce74fad2");
    static final NodeId N1 = new NodeId(1);
    public static final NodeId N2 = new NodeId(2);
    static final Address ADDRESS = new Address("10.0.0.1", 7777);
    static final ChunkId CHUNK = new ChunkId(new FileId(1, 42), 7);
    static final Slot FIRST = new Slot(2519);
    static final RemotePath PATH = RemotePath.parse("/数据/a b.csv");
    static final UUID KEY = new UUID(0x0123456789abcdefL, 0x123456789abcdef0L);
    public static final Instant TIME = Instant.parse("2026-11-23T01:02:03.004Z");
    static final byte[] BYTES = HexFormat.of().parseHex("00112233445566778899aabbccddeeff".repeat(2));
    static final Reply.Held HELD = new Reply.Held(CHUNK, 1000, 0x1a2b3c4d);
    static final Refusal REFUSAL = new Refusal(Refusal.Kind.STALE, "layout 3", "the next layout is version 5");

    public static final FileRecord RECORD =
            new FileRecord(new FileId(1, 42), 500L << 20, ChunkSize.DEFAULT, FIRST, 0x1a2b3c4d, TIME, "ada", 0640);

    static final RepairReport REPORT = new RepairReport(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, true, "n2 is silent");

    private Samples() {}

    static Layout layout() {
        return new Layout(
                3,
                2,
                IntStream.range(0, Slot.COUNT).mapToObj(_ -> List.of(N1, N2)).toList());
    }

    public static ClusterView view() {
        return new ClusterView(
                CLUSTER,
                9,
                1,
                ChunkSize.DEFAULT,
                2,
                List.of(new Node(N1, ADDRESS, 3, "hall a", 5, true), new Node(N2, ADDRESS, 1, "", 0, false)),
                List.of());
    }

    public static List<Request> requests() {
        return List.of(
                new Request.GetView(),
                new Request.Heartbeat(
                        N1,
                        ADDRESS,
                        9,
                        1L << 40,
                        1L << 30,
                        1L << 41,
                        true,
                        5,
                        new ScrubReport(1, 2, 3, 4),
                        REPORT,
                        new SeatReport(SeatReport.Standing.HELD, 1)),
                new Request.Submit(new Operation(new SessionId(8), 3, 2, new Command.MakeDirectory(PATH))),
                new Request.Ask(new Query.Lookup(PATH)),
                new Request.KeepSession(new SessionId(8)),
                new Request.StoreChunk(CHUNK, FIRST, ChunkSize.DEFAULT, 1000, true, PATH, List.of(N2), 1),
                new Request.ForwardChunk(CHUNK, FIRST, List.of(N2)),
                new Request.FetchChunk(CHUNK, FIRST, 65536, 100),
                new Request.HasChunk(FIRST, List.of(CHUNK)),
                new Request.ReportChunk(CHUNK, FIRST, "bad block"),
                new Request.TakeSeat(1),
                new Request.LeaveSeat(1),
                new Request.QuorumCall("append"),
                new Request.BackUp(7),
                new Request.VerifyChunks(FIRST, List.of(CHUNK)),
                new Request.GetDigests(List.of(new Slot(1), FIRST)),
                new Request.GetSizes(new NodeId(1)),
                new Request.ListSlot(FIRST, CHUNK, 100),
                new Request.PromiseToKeep(3, FIRST, List.of(HELD)),
                new Request.GetDebt(),
                new Request.GetReports(),
                new Request.Examine(ADDRESS),
                new Request.Challenge(),
                new Request.GetTokenKeys(),
                new Request.RenewToken(),
                new Request.Rekey(1, Duration.ofDays(7)),
                new Request.GetClusterKeys(),
                new Request.SubmitAll(List.of(
                        new Operation(new SessionId(8), 3, 2, new Command.MakeDirectory(PATH)),
                        new Operation(new SessionId(8), 4, 2, new Command.Remove(PATH, true)))),
                new Request.AskAll(List.of(new Query.Lookup(PATH), new Query.AttributesOf(PATH))),
                new Request.StoreChunks(
                        List.of(new Request.SmallChunk(
                                CHUNK, FIRST, ChunkSize.DEFAULT, 1000, true, PATH, 0x1a2b3c4d, Sha256.of(BYTES))),
                        List.of(N2),
                        1));
    }

    /** Commands that the log has in another form than that of earlier releases, by what is new. */
    public static Map<String, Command> newerForms() {
        return Map.of(
                "entry.Rename.overEmpty", new Command.Rename(PATH, RemotePath.parse("/b"), true, true),
                "entry.SetMetadata.ofAny", new Command.SetMetadata(PATH, 0640, TIME, null, "eve", true),
                "entry.MakeDirectory.with", new Command.MakeDirectory(PATH, "ada", 0700, TIME),
                "entry.Create.link", new Command.Create(PATH, "ada", TIME, 0777, Attributes.NONE, "../to"));
    }

    public static final SignedText SIGNED = new SignedText(
            "ada",
            List.of("AWS4-HMAC-SHA256\n20261129T101112Z\n20261129/us-east-1/s3/aws4_request\n" + "0a".repeat(32)),
            "0b".repeat(32));

    /** They hold arrays, which records do not compare: apart from the others. */
    public static List<Request> requestsWithArrays() {
        return List.of(
                new Request.EnterCluster(new JoinProof("0123456789ab", new byte[16]), KEY, ADDRESS, new byte[] {1, 2}),
                new Request.RenewCertificate(new byte[] {1, 2}),
                new Request.KeepKeys(new byte[] {1, 2}),
                new Request.LogIn(new CallerIdentity.OfUser("ada", 0), BYTES, BYTES, ChannelBinding.EXPORTER),
                new Request.Delegate(SIGNED, "192.0.2.7"),
                new Request.GetNodeSecret(BYTES),
                new Request.SignReceipt(PATH, new byte[] {1, 2}, FIRST, List.of(CHUNK)),
                new Request.FetchChunks(List.of(new Request.WantedChunk(CHUNK, FIRST, 1000, BYTES))));
    }

    public static List<Reply> repliesWithArrays() {
        return List.of(
                new Reply.Entered(N1, CLUSTER, List.of(new byte[] {1, 2})),
                new Reply.Challenged(BYTES),
                new Reply.LoggedIn(BYTES),
                new Reply.Sealed(BYTES),
                new Reply.Signed("stored n1 2026-11-23T01:02:03Z 7", BYTES, List.of(new byte[] {1, 2})),
                new Reply.Delegated(BYTES, BYTES, 1_700_000_000_000L, 600_000),
                new Reply.TokenKeys(List.of(new Reply.TokenKey(7, BYTES))),
                new Reply.WithToken(new Reply.Done(), BYTES, 600_000),
                new Reply.Each(List.of(new Reply.Refused(REFUSAL), new Reply.WithToken(new Reply.Done(), BYTES, 7))));
    }

    public static List<Reply> replies() {
        return List.of(
                new Reply.Refused(REFUSAL),
                new Reply.Done(),
                new Reply.ViewOf(
                        N1,
                        view(),
                        N2,
                        List.of(new Reply.NodeState(
                                N1,
                                true,
                                true,
                                10,
                                20,
                                true,
                                new ScrubReport(1, 2, 3, 4),
                                StorageReport.NONE,
                                0,
                                Optional.empty(),
                                Absence.NONE)),
                        77,
                        0,
                        List.of(),
                        false),
                new Reply.OutcomeOf(new Outcome.Reserved(new FileId(1, 43), 2, FIRST, 1559, ChunkSize.DEFAULT)),
                new Reply.AnswerOf(new QueryResult.Page(List.of(new NameEntry.File("a", RECORD, 60)), true)),
                new Reply.Stored(
                        List.of(new Reply.Holder(N1, 5)), List.of(new Reply.Failure(N2, REFUSAL)), 1000, 0x1a2b3c4d),
                new Reply.Fetched(65536, 100, 1000),
                new Reply.Has(List.of(HELD), 5),
                new Reply.QuorumReply(),
                new Reply.Examined(TIME, "10.0.0.2", List.of("10.0.0.2"), false, "refused"),
                new Reply.Verified(List.of(new Reply.Checked(CHUNK, Reply.Condition.SOUND, 1000, 0x1a2b3c4d))),
                new Reply.Digests(List.of(new Reply.SlotDigest(true, 1, 2, 3, 4), Reply.SlotDigest.UNKNOWN)),
                new Reply.Names(List.of(HELD), true),
                new Reply.Promised(List.of(CHUNK)),
                new Reply.DebtOf(new Debt(
                        3,
                        150L << 20,
                        34,
                        1,
                        0,
                        10L << 20,
                        false,
                        TIME,
                        "n2 is silent",
                        1,
                        List.of(new MissingChunk(PATH, CHUNK)))),
                new Reply.Reports(List.of(new Reply.NodeReport(N1, true, REPORT))),
                new Reply.StoredEach(List.of(
                        new Reply.Stored(
                                List.of(new Reply.Holder(N1, 5)), List.of(), 1000, 0x1a2b3c4d, Sha256.of(BYTES)),
                        new Reply.Stored(List.of(), List.of(new Reply.Failure(N2, REFUSAL)), 7, 8))),
                new Reply.FetchedEach(List.of(
                        new Reply.FetchedChunk(null, Sha256.of(BYTES)), new Reply.FetchedChunk(REFUSAL, null))));
    }

    public static List<Command> commands() {
        return List.of(
                new Command.Found(CLUSTER, ChunkSize.DEFAULT, 2, KEY, ADDRESS, 1, "hall a"),
                new Command.IssueToken("ab".repeat(32), TIME, 3),
                new Command.Join("ab".repeat(32), KEY, ADDRESS, 1, "hall a"),
                new Command.Seat(N1, true),
                new Command.Move(N1, ADDRESS),
                new Command.RaiseLossEpoch(N1, 5),
                new Command.PublishLayout(layout()),
                new Command.SettleLayout(3),
                new Command.Rearrange(layout(), List.of(new Command.Change(N1, AdminState.DRAINED, 50, "hall a")), 2),
                new Command.Measure(N1, 1L << 41),
                new Command.SetRebalancing(true, 1 << 20, false),
                new Command.ForgetNode(N1),
                new Command.OpenSession(""),
                new Command.EndSession(new SessionId(8)),
                new Command.Reserve(2, 1000, 99),
                new Command.Adopt(new FileId(1, 42), 99),
                new Command.Commit(
                        new FileId(1, 42),
                        PATH,
                        1000,
                        0x1a2b3c4d,
                        TIME,
                        "ada",
                        0640,
                        List.of(new Command.Reliance(N1, 5))),
                new Command.Abandon(new FileId(1, 42)),
                new Command.MakeDirectory(PATH),
                new Command.Rename(PATH, RemotePath.parse("/b"), false, false),
                new Command.Remove(PATH, true),
                new Command.Dissolve(200, 0),
                new Command.Attest(9, 10),
                new Command.ForgetRemoved(TIME, List.of(new FileId(1, 42))),
                new Command.SetSweeping(true, 3600),
                new Command.SetMasters(5),
                new Command.RevokeToken("abab"),
                new Command.Discard(TIME, List.of(new FileId(1, 42))),
                new Command.Untrash(new FileId(1, 42), PATH),
                new Command.SetTrash(3600),
                new Command.SetQuota(PATH, 1L << 40, -1L),
                new Command.CountUse(1000),
                new Command.AddGroup("staff"),
                new Command.RemoveGroup("staff"),
                new Command.SetMember("staff", "ada", true),
                new Command.Copy(PATH, RemotePath.parse("/b"), "ada", TIME, 0640, Attributes.NONE.with("a", "b")),
                new Command.Create(PATH, "ada", TIME, 0640, Attributes.NONE.with("a", "b"), ""),
                new Command.BeginUpload(PATH, "ada", 50L << 20, new ChunkSize(25 << 20)),
                new Command.PutPiece(
                        new FileId(1, 42),
                        2,
                        1000,
                        List.of(new Command.Proof(0x1a2b3c4d, Sha256.of(new byte[] {1}), List.of())),
                        List.of(new Command.Reliance(N1, 5)),
                        "tag"),
                new Command.ChangeFile(
                        new FileId(1, 43),
                        PATH,
                        new FileId(1, 42),
                        1L << 40,
                        0x1a2b3c4d,
                        Sha256.of(new byte[] {2}),
                        List.of(new ChunkRange(2, 3), new ChunkRange(7, 7)),
                        TIME,
                        List.of(new Command.Reliance(N1, 5)),
                        List.of(new Command.Proof(0x1a2b3c4d, Sha256.of(new byte[] {1}), List.of()))),
                new Command.CompleteUpload(
                        new FileId(1, 42), PATH, 2, TIME, "ada", 0640, Attributes.NONE.with("a", "b")),
                new Command.AbortUpload(new FileId(1, 42)),
                new Command.SetMetadata(PATH, 0640, TIME, Attributes.NONE.with("user.colour", "blue")),
                new Command.SetLimits("ada", 1L << 40, -1L, 20, null),
                new Command.RemoveUser("ada"),
                new Command.Rekey(1, new KeySuccession("YQ==", "Yg==", "Yw==", 0)),
                new Command.SetRights("ada", new Grant(PATH, EnumSet.of(Right.READ, Right.LIST))));
    }

    /** They hold arrays, which records do not compare: apart from the others. */
    public static List<Command> commandsWithArrays() {
        return List.of(
                new Command.Restore(List.of(new Command.Row(new byte[] {'N', 1}, new byte[] {2}))),
                new Command.Restored(new byte[] {1, 2}, N1, 2),
                new Command.AddUser("ada", BYTES, List.of(new Grant(PATH, EnumSet.of(Right.WRITE)))),
                new Command.RotateSecret("ada", BYTES),
                new Command.Rewrap("ada", 7, BYTES));
    }
}
