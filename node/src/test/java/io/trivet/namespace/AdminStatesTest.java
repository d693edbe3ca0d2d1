package io.trivet.namespace;

import static io.trivet.namespace.Scene.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.AdminState;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.Layout;
import io.trivet.model.NodeId;
import io.trivet.model.NodeShare;
import io.trivet.model.Outcome;
import io.trivet.model.Refusal.Kind;
import io.trivet.model.SessionId;
import io.trivet.placement.LayoutChange;
import io.trivet.placement.LayoutRequest;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How operators change layouts, and what that means for nodes. */
final class AdminStatesTest {
    private static final NodeId N2 = new NodeId(2);
    private static final NodeId N3 = new NodeId(3);
    private static final Outcome DONE = new Outcome.Done();

    /** Three nodes with a file, and a fourth that joined later. */
    private static Scene withNewcomer() {
        Scene scene = Scene.of(3);
        scene.save(scene.session(), "/file");
        scene.apply(Scene.join(3));
        return scene;
    }

    private static Command.Rearrange plan(Scene scene, LayoutRequest layoutRequest) {
        Set<NodeId> present = IntStream.range(0, 9).mapToObj(NodeId::new).collect(Collectors.toSet());
        return LayoutChange.of(scene.view(), present, layoutRequest).command();
    }

    private static AdminState standing(Scene scene, NodeId node) {
        return scene.view().node(node).orElseThrow().standing();
    }

    @Test
    void aNodeThatJoinsAClusterWithDataWaits() {
        Scene scene = withNewcomer();
        assertThat(standing(scene, N2)).isEqualTo(AdminState.IN);
        assertThat(standing(scene, N3)).isEqualTo(AdminState.WAITING);
        assertThat(scene.view().layout().nodes()).doesNotContain(N3);
        assertThat(scene.apply(plan(scene, new LayoutRequest.Balance()))).isEqualTo(DONE);
        assertThat(standing(scene, N3)).isEqualTo(AdminState.IN);
        assertThat(scene.view().layout().nodes()).contains(N3);
    }

    /**
     * Two operators plan from the same layout: one change happens completely, the other not at all.
     */
    @Test
    void ofTwoChangesPlannedFromOneLayoutOneHappens() {
        Scene scene = withNewcomer();
        Command.Rearrange drain = plan(scene, new LayoutRequest.Drain(N2));
        Command.Rearrange balance = plan(scene, new LayoutRequest.Balance());
        assertThat(scene.apply(balance)).isEqualTo(DONE);
        assertRefused(scene.apply(drain), Kind.STALE);
        assertThat(standing(scene, N2)).isEqualTo(AdminState.IN);
        assertThat(scene.view().layout()).isEqualTo(balance.layout());
        assertThat(scene.apply(plan(scene, new LayoutRequest.Drain(N2)))).isEqualTo(DONE);
        assertThat(scene.view().layout().nodes()).doesNotContain(N2).contains(N3);
    }

    @Test
    void aDrainedNodeGetsNoSlotsFromAnyone() {
        Scene scene = withNewcomer();
        Layout before = scene.view().layout();
        scene.apply(plan(scene, new LayoutRequest.Drain(N2)));
        assertThat(standing(scene, N2)).isEqualTo(AdminState.DRAINED);
        Layout with = before.withVersion(scene.view().layout().version() + 1);
        assertRefused(scene.apply(new Command.PublishLayout(with)), Kind.BAD_REQUEST);
        assertRefused(scene.apply(new Command.Rearrange(with, List.of(), 0)), Kind.BAD_REQUEST);
        assertThat(scene.apply(plan(scene, new LayoutRequest.TakeBack(N2)))).isEqualTo(DONE);
        assertThat(scene.view().layout().nodes()).contains(N2);
    }

    @Test
    void backIsTheTableOfBeforeUnderALaterVersionAndUndoesItself() {
        Scene scene = withNewcomer();
        Layout three = scene.view().layout();
        scene.apply(plan(scene, new LayoutRequest.Balance()));
        Layout four = scene.view().layout();
        assertThat(scene.view().before()).isEqualTo(three);
        scene.apply(plan(scene, new LayoutRequest.Back()));
        assertThat(scene.view().layout()).isEqualTo(three.withVersion(four.version() + 1));
        assertThat(standing(scene, N3)).isEqualTo(AdminState.WAITING);
        scene.apply(plan(scene, new LayoutRequest.Back()));
        assertThat(scene.view().layout()).isEqualTo(four.withVersion(four.version() + 2));
        assertThat(standing(scene, N3)).isEqualTo(AdminState.IN);
    }

    @Test
    void whatMovesNothingIsNoTableToGoBackTo() {
        Scene scene = withNewcomer();
        Layout three = scene.view().layout();
        scene.apply(plan(scene, new LayoutRequest.Balance()));
        scene.apply(
                plan(scene, new LayoutRequest.Describe(List.of(new LayoutRequest.Description(N2, 300, null)), true)));
        assertThat(scene.view().before()).isEqualTo(three);
    }

    @Test
    void theNumberOfReplicasChangesWithTheLayoutAndNotWithoutIt() {
        Scene scene = withNewcomer();
        Command.Rearrange three = plan(scene, new LayoutRequest.Replicas(3));
        assertRefused(scene.apply(new Command.Rearrange(three.layout(), List.of(), 0)), Kind.BAD_REQUEST);
        assertRefused(scene.apply(new Command.Rearrange(three.layout(), List.of(), 2)), Kind.BAD_REQUEST);
        assertThat(scene.apply(three)).isEqualTo(DONE);
        assertThat(scene.view().replicasWanted()).isEqualTo(3);
        assertThat(scene.view().layout().replicas()).isEqualTo(3);
    }

    /** Rule 7: what only a removed node stored must be checked again. */
    @Test
    void aRemovedNodeIsForgottenOnceNothingNamesItAndNoCommitRestsOnIt() {
        Scene scene = withNewcomer();
        SessionId session = scene.session();
        FileId file = scene.reserve(session, 1).start();
        scene.apply(plan(scene, new LayoutRequest.Balance()));
        scene.apply(plan(scene, new LayoutRequest.Remove(N3)));
        assertThat(standing(scene, N3)).isEqualTo(AdminState.REMOVED);
        assertThat(scene.namespace.departures())
                .as("it counts as gone from its removal on")
                .isEqualTo(1);
        assertRefused(scene.apply(session, Scene.commit(file, "/a", new Command.Reliance(N3, 0))), Kind.CHECK_AGAIN);
        assertRefused(scene.apply(new Command.ForgetNode(N3)), Kind.BAD_REQUEST);
        scene.apply(new Command.SettleLayout(scene.view().layout().version()));
        assertRefused(scene.apply(new Command.ForgetNode(N2)), Kind.BAD_REQUEST);
        assertThat(scene.apply(new Command.ForgetNode(N3))).isEqualTo(DONE);
        assertThat(scene.view().node(N3)).isEmpty();
        assertThat(scene.namespace.departures()).isEqualTo(1);
        assertRefused(scene.apply(session, Scene.commit(file, "/a", new Command.Reliance(N3, 0))), Kind.CHECK_AGAIN);
        assertThat(scene.apply(session, Scene.commit(file, "/a", new Command.Reliance(N2, 0))))
                .isInstanceOf(Outcome.Committed.class);
        assertThat(((Outcome.Joined) scene.apply(Scene.join(4))).node()).isEqualTo(new NodeId(4));
    }

    @Test
    void removedIsForGood() {
        Scene scene = withNewcomer();
        scene.apply(plan(scene, new LayoutRequest.Remove(N3)));
        Layout next = scene.view().layout().withVersion(scene.view().layout().version() + 1);
        Command.Change again = new Command.Change(N3, AdminState.WAITING, 0, "");
        assertRefused(scene.apply(new Command.Rearrange(next, List.of(again), 0)), Kind.BAD_REQUEST);
    }

    @Test
    void aRefusedChangeLeavesNothing() {
        Scene scene = withNewcomer();
        Layout next = scene.view().layout().withVersion(scene.view().layout().version() + 1);
        Command.Change good = new Command.Change(N2, AdminState.IN, 200, "left");
        Command.Change bad = new Command.Change(N3, AdminState.WAITING, NodeShare.MAX_PERCENT + 1, "");
        assertRefused(scene.apply(new Command.Rearrange(next, List.of(good, bad), 0)), Kind.BAD_REQUEST);
        assertThat(scene.view().node(N2).orElseThrow().zone()).isEmpty();
        assertThat(scene.view().before()).isNull();
    }

    @Test
    void rebalancingIsSetPartByPart() {
        Scene scene = withNewcomer();
        scene.apply(new Command.SetRebalancing(true, -1, null));
        scene.apply(new Command.SetRebalancing(null, 7, true));
        assertThat(scene.view().rebalanceSettings().paused()).isTrue();
        assertThat(scene.view().rebalanceSettings().bytesPerSecond()).isEqualTo(7);
        assertThat(scene.view().rebalanceSettings().automatic()).isTrue();
        scene.apply(new Command.SetRebalancing(false, -1, null));
        assertThat(scene.view().rebalanceSettings().bytesPerSecond()).isEqualTo(7);
        assertThat(scene.view().rebalanceSettings().paused()).isFalse();
    }
}
