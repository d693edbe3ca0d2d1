package io.trivet.namespace;

import static io.trivet.namespace.Scene.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Command;
import io.trivet.model.Layout;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal.Kind;
import io.trivet.model.RemotePath;
import io.trivet.model.SessionId;
import io.trivet.model.Slot;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Nodes, tokens and layouts. */
final class NodeRegistryTest {
    private static final NodeId N0 = new NodeId(0);
    private static final NodeId N1 = new NodeId(1);
    private static final NodeId N2 = new NodeId(2);

    @Test
    void nothingIsDoneBeforeTheClusterIsFounded() {
        Scene scene = new Scene();
        assertRefused(scene.apply(new Command.OpenSession()), Kind.NO_QUORUM);
        assertRefused(scene.apply(Scene.join(1)), Kind.NO_QUORUM);
        assertRefused(scene.apply(new Command.MakeDirectory(Scene.path("/a"))), Kind.NO_QUORUM);
        assertThat(scene.namespace.answer(new Query.Lookup(RemotePath.ROOT))).isInstanceOf(QueryResult.Refused.class);
        assertThat(scene.namespace.answer(new Query.View())).isInstanceOf(QueryResult.Refused.class);
    }

    @Test
    void aClusterIsFoundedOnceByItsFirstNode() {
        Scene scene = new Scene();
        Outcome.Joined joined = new Outcome.Joined(N0, Scene.CLUSTER);
        assertThat(scene.apply(Scene.found(0))).isEqualTo(joined);
        assertThat(scene.apply(Scene.found(0))).isEqualTo(joined);
        assertRefused(
                scene.apply(new Command.Found(
                        Scene.CLUSTER, Scene.found(0).chunkSize(), 0, Scene.nodeKey(7), Scene.address(7), 1, "")),
                Kind.ALREADY_EXISTS);
        assertThat(scene.view().nodes())
                .containsExactly(new Node(N0, Scene.address(0), 1, "", 0, true).withKey(Scene.nodeKey(0)));
        assertThat(scene.view().epoch()).isEqualTo(1);
    }

    @Test
    void joiningAgainNamesTheSameNodeAndCountsNoUse() {
        Scene scene = Scene.of(1);
        scene.apply(new Command.IssueToken("cd".repeat(32), scene.now().plusSeconds(60), 1));
        Command.Join join = new Command.Join("cd".repeat(32), Scene.nodeKey(1), Scene.address(1), 2, "left");
        assertThat(scene.apply(join)).isEqualTo(new Outcome.Joined(N1, Scene.CLUSTER));
        assertThat(scene.apply(join)).isEqualTo(new Outcome.Joined(N1, Scene.CLUSTER));
        assertThat(scene.view().nodes())
                .hasSize(2)
                .contains(new Node(N1, Scene.address(1), 2, "left", 0, false).withKey(Scene.nodeKey(1)));
    }

    @Test
    void aTokenIsUsedAsOftenAsItSays() {
        Scene scene = Scene.of(1);
        Command.IssueToken token =
                new Command.IssueToken("cd".repeat(32), scene.now().plusSeconds(60), 2);
        scene.apply(token);
        scene.apply(token);
        Stream<Kind> kinds = Stream.of(1, 2, 3)
                .map(n -> scene.apply(new Command.Join(token.secretHash(), Scene.nodeKey(n), Scene.address(n), 1, "")))
                .filter(Outcome.Refused.class::isInstance)
                .map(outcome -> ((Outcome.Refused) outcome).refusal().kind());
        assertThat(kinds).containsExactly(Kind.DENIED);
        assertThat(scene.view().nodes()).hasSize(3);
    }

    @Test
    void aTokenExpiresByTheTimeOfTheLog() {
        Scene scene = Scene.of(1);
        scene.pass(Duration.ofDays(2));
        assertRefused(scene.apply(Scene.join(1)), Kind.DENIED);
    }

    @Test
    void badTokensAreRefused() {
        Scene scene = Scene.of(1);
        var later = scene.now().plusSeconds(60);
        assertRefused(scene.apply(new Command.IssueToken("secret", later, 1)), Kind.BAD_REQUEST);
        assertRefused(scene.apply(new Command.IssueToken("CD".repeat(32), later, 1)), Kind.BAD_REQUEST);
        assertRefused(scene.apply(new Command.IssueToken("cd".repeat(32), later, 0)), Kind.BAD_REQUEST);
        assertRefused(
                scene.apply(new Command.IssueToken("cd".repeat(32), later, Tokens.MAX_USES + 1)), Kind.BAD_REQUEST);
        assertRefused(scene.apply(new Command.IssueToken("cd".repeat(32), Scene.BIRTH, 1)), Kind.BAD_REQUEST);
        assertRefused(
                scene.apply(new Command.Join("cd".repeat(32), Scene.nodeKey(1), Scene.address(1), 1, "")), Kind.DENIED);
    }

    @Test
    void thereIsAnEndToOpenTokensUntilSomeExpire() {
        Scene scene = Scene.of(1);
        for (int i = 0; i < Tokens.MAX_TOKENS - 1; i++) {
            scene.apply(new Command.IssueToken(
                    String.format("%064x", i), scene.now().plusSeconds(7200), 1));
        }
        Command.IssueToken more =
                new Command.IssueToken("cd".repeat(32), scene.now().plus(Duration.ofDays(9)), 1);
        assertRefused(scene.apply(more), Kind.BUSY);
        scene.pass(Duration.ofDays(1));
        assertThat(scene.apply(more)).isEqualTo(new Outcome.Done());
    }

    @Test
    void badNodesAreRefusedAndTheirTokenIsNotUsed() {
        Scene scene = Scene.of(1);
        scene.apply(new Command.IssueToken("cd".repeat(32), scene.now().plusSeconds(60), 1));
        assertRefused(join(scene, 0, ""), Kind.BAD_REQUEST);
        assertRefused(join(scene, 1, "z".repeat(Node.MAX_ZONE + 1)), Kind.BAD_REQUEST);
        assertThat(join(scene, 1, "z".repeat(Node.MAX_ZONE))).isInstanceOf(Outcome.Joined.class);
        assertRefused(new Scene().apply(Scene.found(Layout.MAX_REPLICAS + 1)), Kind.BAD_REQUEST);
        assertRefused(new Scene().apply(Scene.found(-1)), Kind.BAD_REQUEST);
    }

    private static Outcome join(Scene scene, int weight, String zone) {
        return scene.apply(new Command.Join("cd".repeat(32), Scene.nodeKey(1), Scene.address(1), weight, zone));
    }

    @Test
    void seatsAddressesAndLossEpochsChange() {
        Scene scene = Scene.of(2);
        scene.apply(new Command.Seat(N1, true));
        scene.apply(new Command.Move(N1, Scene.address(9)));
        scene.apply(new Command.RaiseLossEpoch(N1, 5));
        scene.apply(new Command.RaiseLossEpoch(N1, 3));
        assertThat(scene.view().node(N1))
                .contains(new Node(N1, Scene.address(9), 1, "", 5, true).withKey(Scene.nodeKey(1)));
        assertThat(scene.view().masters()).hasSize(2);
        assertRefused(scene.apply(new Command.Seat(N2, true)), Kind.BAD_REQUEST);
        assertRefused(scene.apply(new Command.Move(N2, Scene.address(9))), Kind.BAD_REQUEST);
        assertRefused(scene.apply(new Command.RaiseLossEpoch(N2, 1)), Kind.BAD_REQUEST);
    }

    @Test
    void theVersionOfTheViewRisesWithEveryChangeOfIt() {
        Scene scene = Scene.of(3);
        long before = scene.view().version();
        scene.make("/a");
        assertThat(scene.view().version()).isEqualTo(before);
        scene.apply(new Command.Seat(N1, true));
        assertThat(scene.view().version()).isEqualTo(scene.namespace.appliedIndex());
    }

    @Test
    void nodesJoinAFreshLayoutWhileNothingWasSaved() {
        Scene scene = Scene.of(1);
        assertThat(scene.view().layout().replicas()).isEqualTo(1);
        scene.apply(Scene.join(1));
        scene.apply(Scene.join(2));
        Layout layout = scene.view().layout();
        assertThat(scene.view().layouts()).containsExactly(layout);
        assertThat(layout.version()).isEqualTo(3);
        assertThat(layout.replicas()).isEqualTo(2);
        assertThat(layout.homes(new Slot(0))).containsExactly(N0, N1);
        assertThat(layout.homes(new Slot(1))).containsExactly(N1, N2);
        assertThat(layout.homes(new Slot(2519))).containsExactly(N2, N0);
    }

    @Test
    void afterTheFirstSaveANodeJoinsWithoutAPlace() {
        Scene scene = Scene.of(2);
        scene.reserve(scene.session(), 1);
        Layout before = scene.view().layout();
        scene.apply(Scene.join(2));
        assertThat(scene.view().nodes()).hasSize(3);
        assertThat(scene.view().layouts()).containsExactly(before);
    }

    @Test
    void thereIsNoLayoutWithFewerNodesThanReplicas() {
        Scene scene = new Scene();
        scene.apply(Scene.found(3));
        scene.apply(new Command.IssueToken(Scene.TOKEN, Scene.BIRTH.plus(Duration.ofDays(1)), 100));
        scene.apply(Scene.join(1));
        SessionId session = scene.session();
        assertThat(scene.view().layouts()).isEmpty();
        assertRefused(scene.apply(session, new Command.Reserve(1, -1)), Kind.TOO_FEW_NODES);
        assertRefused(scene.apply(new Command.SettleLayout(1)), Kind.TOO_FEW_NODES);
        scene.apply(Scene.join(2));
        assertThat(scene.view().layout().replicas()).isEqualTo(3);
        assertThat(scene.apply(session, new Command.Reserve(1, -1))).isInstanceOf(Outcome.Reserved.class);
    }

    @Test
    void staleLayoutIsRefused() {
        Scene scene = Scene.of(3);
        Layout newest = scene.view().layout();
        assertRefused(scene.apply(new Command.PublishLayout(newest)), Kind.STALE);
        assertRefused(scene.apply(new Command.PublishLayout(newest.withVersion(newest.version() + 2))), Kind.STALE);
        Layout next = newest.withVersion(newest.version() + 1);
        assertThat(scene.apply(new Command.PublishLayout(next))).isEqualTo(new Outcome.Done());
        assertThat(scene.view().layouts()).containsExactly(next, newest);
    }

    @Test
    void aLayoutNamesOnlyNodesThatJoined() {
        Scene scene = Scene.of(2);
        Layout layout = FreshLayout.of(scene.view().layout().version() + 1, List.of(N0, N2), 2);
        assertRefused(scene.apply(new Command.PublishLayout(layout)), Kind.BAD_REQUEST);
    }

    @Test
    void settlingDropsAllButTheNewest() {
        Scene scene = Scene.of(3);
        Layout newest = scene.view().layout();
        Layout next = newest.withVersion(newest.version() + 1);
        scene.apply(new Command.PublishLayout(next));
        assertRefused(scene.apply(new Command.SettleLayout(newest.version())), Kind.STALE);
        scene.apply(new Command.SettleLayout(next.version()));
        assertThat(scene.view().layouts()).containsExactly(next);
    }

    @Test
    void thereIsAnEndToUnsettledLayouts() {
        Scene scene = Scene.of(3);
        Layout layout = scene.view().layout();
        for (int i = 1; i < Layouts.MAX_PUBLISHED; i++) {
            layout = layout.withVersion(layout.version() + 1);
            scene.apply(new Command.PublishLayout(layout));
        }
        assertRefused(scene.apply(new Command.PublishLayout(layout.withVersion(layout.version() + 1))), Kind.BUSY);
        assertThat(scene.view().layout()).isEqualTo(layout);
    }
}
