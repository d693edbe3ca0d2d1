package io.trivet.namespace;

import io.trivet.model.AdminState;
import io.trivet.model.Command;
import io.trivet.model.Layout;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;

/**
 * Which nodes layouts may name. The leader lays absent nodes out and lays them in when they are
 * back; only an operator changes the state of a drained or removed node. Both use compare-and-set
 * on the version of the layout, so that of two changes made from the same layout only one succeeds.
 */
final class AdminStates {
    private final Settings settings;
    private final NodeRegistry nodeRegistry;
    private final Layouts layouts;

    AdminStates(Transaction rows, NodeRegistry nodeRegistry, Layouts layouts) {
        this.settings = new Settings(rows);
        this.nodeRegistry = nodeRegistry;
        this.layouts = layouts;
    }

    /** Nodes that waited and have slots now no longer wait. */
    void publish(Layout layout) {
        layouts.publish(layout);
        for (NodeId id : layout.nodes()) {
            Node node = nodeRegistry.node(id);
            if (!node.standing().mayHaveSlots()) {
                throw bad(id, "it was drained or removed, and gets no slots");
            }
            if (node.standing() != AdminState.IN) {
                stand(id, AdminState.IN);
            }
        }
    }

    void rearrange(Command.Rearrange rearrange) {
        int replicas = rearrange.replicasWanted();
        int now = layouts.newest().getReplicas();
        if (rearrange.layout().replicas() != (replicas == 0 ? now : replicas)) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST,
                    "",
                    "a layout of " + rearrange.layout().replicas() + " replicas, where "
                            + (replicas == 0 ? now : replicas) + " are wanted");
        }
        layouts.keepNewestAsBefore(rearrange.layout());
        rearrange.changes().forEach(this::change);
        publish(rearrange.layout());
        if (replicas != 0) {
            settings.want(replicas);
        }
    }

    private void change(Command.Change change) {
        if (nodeRegistry.node(change.node()).standing() == AdminState.REMOVED
                && change.adminState() != AdminState.REMOVED) {
            throw bad(change.node(), "it was removed for good: let it join anew, with an empty directory");
        }
        nodeRegistry.change(
                change.node(),
                node -> node.withZone(change.zone())
                        .withPart(node.nodeShare()
                                .withStanding(change.adminState())
                                .withChosenPercent(change.chosenPercent())));
    }

    void forget(NodeId id) {
        Node node = nodeRegistry.node(id);
        if (node.standing() != AdminState.REMOVED || node.master() || layouts.isNamed(id)) {
            throw bad(id, "it is not removed, or a layout or a seat names it still");
        }
        nodeRegistry.forget(node);
    }

    private void stand(NodeId id, AdminState adminState) {
        nodeRegistry.change(id, node -> node.withPart(node.nodeShare().withStanding(adminState)));
    }

    private static TrivetException bad(NodeId node, String detail) {
        return TrivetException.of(Refusal.Kind.BAD_REQUEST, node.toString(), detail);
    }
}
