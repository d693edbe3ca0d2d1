package io.trivet.namespace;

import io.trivet.model.Address;
import io.trivet.model.AdminState;
import io.trivet.model.Attributes;
import io.trivet.model.ChunkRange;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterView;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.Grant;
import io.trivet.model.Group;
import io.trivet.model.KeySuccession;
import io.trivet.model.Layout;
import io.trivet.model.MasterCount;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.Piece;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.model.SessionId;
import io.trivet.model.Sha256;
import io.trivet.model.Slot;
import io.trivet.model.Upload;
import io.trivet.model.User;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;

/**
 * Random entries of the log of a founded cluster: each command is valid in form, and as large as it
 * may be now and then. Many are refused, as they do not fit the state.
 */
final class RandomHistories {
    /** Commands of which a founded cluster gets none, and the one whose hash would be wrong. */
    static final Set<Class<? extends Command>> NOT_MADE =
            Set.of(Command.Found.class, Command.Restore.class, Command.Restored.class, Command.Attest.class);

    private static final String LONG = "x".repeat(RemotePath.MAX_SEGMENT);
    private static final String WIDE = "\u00e9".repeat(RemotePath.MAX_SEGMENT / 2);

    private static final long PIECE = Command.Reserve.SMALLEST_CHOSEN.bytes();

    /** Of a version: the one that fits the state when the command is applied. */
    private static final long FITTING = 1L << 40;

    private static final Arbitrary<Boolean> YES = Arbitraries.of(true, false);
    private static final Arbitrary<NodeId> NODE =
            Arbitraries.integers().between(0, 6).map(NodeId::new);
    private static final Arbitrary<FileId> FILE =
            Arbitraries.longs().between(1, 12).map(counter -> new FileId(1, counter));
    private static final Arbitrary<@Nullable Long> LIMIT =
            Arbitraries.of(-1L, 0L, 3L, 30L, 1000L, Long.MAX_VALUE).injectNull(0.2);
    private static final Arbitrary<String> ZONE = Arbitraries.of("", "left", "\u20ac".repeat(Node.MAX_ZONE));
    private static final Arbitrary<Address> ADDRESS = Arbitraries.of(
            new Address("127.0.0.1", 7777), new Address("::1", 1), new Address("h".repeat(Address.MAX_HOST), 65_535));
    private static final Arbitrary<byte[]> SECRET =
            Arbitraries.of(1, 60, Command.MAX_WRAPPED).map(byte[]::new);

    private RandomHistories() {}

    static Arbitrary<List<List<Command>>> histories() {
        return Arbitraries.frequencyOf(
                        Tuple.of(8, ofNames()),
                        Tuple.of(4, ofRemovedFiles()),
                        Tuple.of(3, ofUsers()),
                        Tuple.of(2, ofNodes()),
                        Tuple.of(2, ofSettings()))
                .list()
                .ofMinSize(1)
                .ofMaxSize(5)
                .list()
                .ofMinSize(4)
                .ofMaxSize(25);
    }

    /** Short ones, so that commands meet, and some up to the limits. */
    private static Arbitrary<RemotePath> path() {
        Arbitrary<RemotePath> few =
                Arbitraries.of("a", "b", "c").list().ofMinSize(1).ofMaxSize(3).map(RemotePath::new);
        Arbitrary<RemotePath> deep = Combinators.combine(
                        Arbitraries.of("a", "b", LONG, WIDE),
                        Arbitraries.integers().between(1, 16))
                .as((name, levels) -> new RemotePath(
                        Collections.nCopies(Math.min(levels, RemotePath.MAX_PATH / (1 + LONG.length())), name)));
        Arbitrary<RemotePath> one = Combinators.combine(Arbitraries.of("a", "b"), Arbitraries.of(LONG, WIDE))
                .as((top, name) -> new RemotePath(List.of(top, name)));
        return Arbitraries.frequencyOf(Tuple.of(12, few), Tuple.of(1, deep), Tuple.of(1, one));
    }

    private static Arbitrary<Attributes> attributes() {
        return Arbitraries.of(
                Attributes.NONE,
                Attributes.NONE.with("user.size", "7"),
                Attributes.NONE.with("a".repeat(Attributes.MAX_NAME_BYTES), "\u00e9"),
                Attributes.NONE.with("b", new byte[Attributes.MAX_BYTES - 1]));
    }

    private static Arbitrary<Instant> time() {
        return Arbitraries.of(
                Scene.BIRTH,
                Instant.EPOCH,
                Instant.ofEpochSecond(-1, 1),
                Instant.ofEpochMilli(Long.MIN_VALUE),
                Instant.ofEpochMilli(Long.MAX_VALUE));
    }

    private static Arbitrary<Command> ofNames() {
        Arbitrary<RemotePath> path = path();
        Arbitrary<Long> size = Arbitraries.frequencyOf(
                Tuple.of(9, Arbitraries.longs().between(0, 9)), Tuple.of(1, Arbitraries.of(1L << 40, 1L << 50)));
        Arbitrary<String> owner = Arbitraries.of("ada", "bob", "", "\u00f6".repeat(32));
        Arbitrary<Command> commit = Combinators.combine(FILE, path, size, owner, attributes(), time())
                .as(RandomHistories::commit);
        return Arbitraries.oneOf(
                path.map(Command.MakeDirectory::new),
                Combinators.combine(
                                path, owner, Arbitraries.of(0, 0777, 010000).injectNull(0.3), time().injectNull(0.3))
                        .as(Command.MakeDirectory::new),
                Combinators.combine(path, path, Arbitraries.of(true, false))
                        .as((from, to, overEmpty) -> new Command.Rename(from, to, true, overEmpty)),
                Combinators.combine(path, YES, YES).as(Command.Remove::new),
                Combinators.combine(
                                Arbitraries.integers().between(1, 3),
                                Arbitraries.of(-1L, 5L),
                                Arbitraries.of(0L, 0L, 7L),
                                Arbitraries.of(ChunkSize.DEFAULT, Command.Reserve.SMALLEST_CHOSEN)
                                        .injectNull(0.7))
                        .as((count, bytes, key, chunk) -> new Command.Reserve(count, bytes, key, chunk)),
                commit,
                commit,
                Combinators.combine(path, owner, Arbitraries.of(PIECE, PIECE, 3 * PIECE, PIECE + 1))
                        .as((target, user, bytes) ->
                                new Command.BeginUpload(target, user, bytes, Command.Reserve.SMALLEST_CHOSEN)),
                pieces(),
                pieces(),
                Combinators.combine(FILE, path, Arbitraries.integers().between(1, 2), time(), owner, attributes())
                        .as((file, target, count, modified, by, kept) ->
                                new Command.CompleteUpload(file, target, count, modified, by, 0600, kept)),
                FILE.map(Command.AbortUpload::new),
                Combinators.combine(
                                path,
                                owner,
                                time(),
                                Arbitraries.of(0, 0777),
                                attributes(),
                                Arbitraries.of("", "", "../to", "\u00e9".repeat(2047), "x".repeat(4096), "\0"))
                        .as(Command.Create::new),
                Combinators.combine(
                                path,
                                path,
                                owner,
                                time().injectNull(0.3),
                                Arbitraries.of(0, 0600, 0777).injectNull(0.3),
                                attributes().injectNull(0.3))
                        .as(Command.Copy::new),
                Combinators.combine(
                                path,
                                Arbitraries.of(0, 0600, 0777).injectNull(0.3),
                                time().injectNull(0.3),
                                attributes().injectNull(0.3))
                        .as((target, mode, modified, kept) -> new Command.SetMetadata(target, mode, modified, kept)),
                Combinators.combine(
                                path,
                                Arbitraries.of(0, 0600, 0777).injectNull(0.3),
                                time().injectNull(0.3),
                                attributes().injectNull(0.7),
                                owner.injectNull(0.3))
                        .as((target, mode, modified, kept, by) ->
                                new Command.SetMetadata(target, mode, modified, kept, by, true)),
                Combinators.combine(
                                FILE,
                                path,
                                FILE,
                                Arbitraries.of(0L, 1L, 7L, 8L << 20, 1L << 40),
                                Arbitraries.<List<ChunkRange>>of(
                                        List.of(),
                                        List.of(new ChunkRange(1, 1)),
                                        List.of(new ChunkRange(1, 1), new ChunkRange(3, 4))),
                                time())
                        .as((file, at, base, bytes, chunks, modified) -> new Command.ChangeFile(
                                file, at, base, bytes, 7, null, chunks, modified, List.of(), List.of())),
                Combinators.combine(FILE, path).as(Command.Untrash::new));
    }

    private static Arbitrary<Command> pieces() {
        Command.Proof chunk = new Command.Proof(7, Sha256.of(new byte[] {7}), List.of());
        return Combinators.combine(
                        FILE,
                        Arbitraries.of(1, 2, Upload.MAX_PIECES),
                        Arbitraries.of(PIECE, PIECE, 5L),
                        Arbitraries.of("", "t".repeat(Piece.MAX_TAG)))
                .as((file, number, length, tag) -> new Command.PutPiece(
                        file, number, length, List.of(chunk), List.of(new Command.Reliance(new NodeId(1), 0)), tag));
    }

    private static Command.Commit commit(
            FileId file, RemotePath path, long size, String owner, Attributes attributes, Instant modified) {
        return new Command.Commit(
                file,
                path,
                size,
                1,
                modified,
                owner,
                0644,
                List.of(),
                size % 2 == 0 ? Sha256.of(new byte[0]) : null,
                List.of(),
                attributes);
    }

    private static Arbitrary<Command> ofRemovedFiles() {
        Arbitrary<RemotePath> path = path();
        return Arbitraries.oneOf(
                FILE.map(id -> new Command.Discard(Scene.BIRTH.plus(Duration.ofDays(9)), List.of(id))),
                FILE.map(id -> new Command.ForgetRemoved(Scene.BIRTH.plusSeconds(40), List.of(id))),
                FILE.map(Command.Abandon::new),
                FILE.map(id -> new Command.Adopt(id, 7)),
                Arbitraries.of(0L, 3600L, Command.MAX_TRASH_SECONDS).map(Command.SetTrash::new),
                Arbitraries.integers().between(1, 3).map(Command.Dissolve::new),
                Arbitraries.integers().between(1, 4).map(Command.CountUse::new),
                Combinators.combine(path, LIMIT, LIMIT).as(Command.SetQuota::new),
                Combinators.combine(path, LIMIT, LIMIT).as(Command.SetQuota::new));
    }

    /** Commands for users, groups, their limits and sessions. */
    private static Arbitrary<Command> ofUsers() {
        Arbitrary<String> user = Arbitraries.of("root", "ada", "bob", "u".repeat(User.MAX_NAME));
        Arbitrary<String> group = Arbitraries.of("staff", "guests", "g".repeat(User.MAX_NAME));
        Arbitrary<Grant> grant = Combinators.combine(
                        path().filter(path -> path.length() <= Grant.MAX_PATH),
                        Arbitraries.of(Right.values()).set())
                .as(Grant::new);
        Arbitrary<@Nullable Integer> few = Arbitraries.of(-1, 1, 4096).injectNull(0.2);
        return Arbitraries.oneOf(
                Combinators.combine(user, SECRET, grant.list().ofMaxSize(3)).as(Command.AddUser::new),
                user.map(Command.RemoveUser::new),
                Combinators.combine(user, SECRET).as(Command.RotateSecret::new),
                Combinators.combine(user, SECRET).as((name, secret) -> new Command.Rewrap(name, FITTING, secret)),
                Combinators.combine(user, grant).as(Command.SetRights::new),
                Combinators.combine(group.map(name -> Group.MARK + name), grant).as(Command.SetRights::new),
                group.map(Command.AddGroup::new),
                group.map(Command.RemoveGroup::new),
                Combinators.combine(group, user, Arbitraries.of(true, true, false))
                        .as(Command.SetMember::new),
                user.map(Command.OpenSession::new),
                Arbitraries.longs().between(2, 9).map(number -> new Command.EndSession(new SessionId(number))),
                Combinators.combine(user, LIMIT, LIMIT, few, few).as(Command.SetLimits::new));
    }

    private static Arbitrary<Command> ofNodes() {
        Arbitrary<String> token = Arbitraries.of(Scene.TOKEN, "cd".repeat(32));
        Arbitrary<Layout> layout = Combinators.combine(
                        Arbitraries.of(FITTING, FITTING, 3L),
                        Arbitraries.integers().between(1, 4),
                        Arbitraries.randomValue(Random::nextLong))
                .as(RandomHistories::layout);
        Arbitrary<Command.Change> change = Combinators.combine(
                        NODE, Arbitraries.of(AdminState.values()), Arbitraries.of(0, 1, 100), ZONE)
                .as(Command.Change::new);
        return Arbitraries.oneOf(
                Combinators.combine(token, Arbitraries.of(1, 100))
                        .as((hash, uses) -> new Command.IssueToken(hash, Scene.BIRTH.plusSeconds(3600), uses)),
                Arbitraries.of("cdcdcdcd", "abab").map(Command.RevokeToken::new),
                Combinators.combine(token, NODE, ADDRESS, Arbitraries.of(1, 100), ZONE)
                        .as((hash, node, address, weight, zone) ->
                                new Command.Join(hash, Scene.nodeKey(node.number()), address, weight, zone)),
                Combinators.combine(NODE, YES).as(Command.Seat::new),
                Combinators.combine(NODE, ADDRESS).as(Command.Move::new),
                Combinators.combine(NODE, Arbitraries.of(0L, 3L, Long.MAX_VALUE))
                        .as(Command.RaiseLossEpoch::new),
                Combinators.combine(NODE, Arbitraries.of(-1L, 0L, Long.MAX_VALUE))
                        .as(Command.Measure::new),
                NODE.filter(node -> node.number() > 0).map(Command.ForgetNode::new),
                layout.map(Command.PublishLayout::new),
                Arbitraries.of(FITTING, 2L).map(Command.SettleLayout::new),
                Combinators.combine(
                                layout,
                                change.filter(each -> each.node().number() > 0)
                                        .list()
                                        .ofMaxSize(3),
                                Arbitraries.integers().between(0, 4))
                        .as(Command.Rearrange::new));
    }

    private static Layout layout(long version, int replicas, long seed) {
        Random random = new Random(seed);
        List<NodeId> nodes = new ArrayList<>();
        for (int node = 0; node < 5; node++) {
            nodes.add(new NodeId(node));
        }
        List<List<NodeId>> homes = new ArrayList<>();
        for (int slot = 0; slot < Slot.COUNT; slot++) {
            Collections.shuffle(nodes.subList(0, Math.max(replicas, 3)), random);
            homes.add(List.copyOf(nodes.subList(0, replicas)));
        }
        return new Layout(version, replicas, homes);
    }

    private static Arbitrary<Command> ofSettings() {
        Arbitrary<String> text = Arbitraries.of("YQ==", "c".repeat(KeySuccession.MAX_TEXT));
        return Arbitraries.oneOf(
                Combinators.combine(text, text, text)
                        .as((authority, voucher, before) ->
                                new Command.Rekey(-1, new KeySuccession(authority, voucher, before, 0))),
                Combinators.combine(YES.injectNull(0.3), Arbitraries.of(-1L, 0L, Long.MAX_VALUE), YES.injectNull(0.3))
                        .as(Command.SetRebalancing::new),
                Combinators.combine(YES, Arbitraries.of(0L, 1L, Command.MAX_GRACE_SECONDS))
                        .as(Command.SetSweeping::new),
                Arbitraries.of(MasterCount.CHOICE).map(Command.SetMasters::new));
    }

    /** The command with the versions and marks that fit the state, where it asks for that. */
    static Command fitting(Command command, Scene scene) {
        ClusterView view = scene.view();
        return switch (command) {
            case Command.PublishLayout(Layout layout) -> new Command.PublishLayout(next(layout, view));
            case Command.Rearrange rearrange ->
                new Command.Rearrange(
                        next(rearrange.layout(), view),
                        rearrange.changes(),
                        rearrange.layout().replicas());
            case Command.SettleLayout(long version)
            when version == FITTING -> new Command.SettleLayout(view.layout().version());
            case Command.Rekey rekey -> new Command.Rekey(view.successions().size(), rekey.keySuccession());
            case Command.Rewrap rewrap -> new Command.Rewrap(rewrap.name(), mark(rewrap, scene), rewrap.secret());
            default -> command;
        };
    }

    private static Layout next(Layout layout, ClusterView view) {
        return layout.version() == FITTING ? layout.withVersion(view.layout().version() + 1) : layout;
    }

    private static long mark(Command.Rewrap rewrap, Scene scene) {
        return scene.namespace
                .secretOf(rewrap.name())
                .map(Namespace.WrappedSecret::mark)
                .orElse(0L);
    }
}
