package io.trivet.namespace;

import io.trivet.model.Command;
import io.trivet.model.Layout;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.Standing;
import io.trivet.model.TrivetException;

/**
 * Which nodes layouts may name, and who says so: the leader takes nodes out and in as they go and come, but a drained or removed one is an operator's
 * alone. Both go by compare-and-set on the version of the layout, so that of two changes made from the same layout only one happens.
 */
final class Standings {
    private final Settings settings;
    private final Members members;
    private final Layouts layouts;

    Standings(Transaction rows, Members members, Layouts layouts) {
        this.settings = new Settings(rows);
        this.members = members;
        this.layouts = layouts;
    }

    /** Nodes that waited and are named now wait no longer. */
    void publish(Layout layout) {
        layouts.publish(layout);
        for (NodeId id : layout.nodes()) {
            Node node = members.node(id);
            if (!node.standing().mayHaveSlots()) {
                throw bad(id, "it was drained or removed, and gets no slots");
            }
            if (node.standing() != Standing.IN) {
                stand(id, Standing.IN);
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
        if (members.node(change.node()).standing() == Standing.REMOVED && change.standing() != Standing.REMOVED) {
            throw bad(change.node(), "it was removed for good: let it join anew, with an empty directory");
        }
        members.change(
                change.node(),
                node -> node.withZone(change.zone())
                        .withPart(
                                node.part().withStanding(change.standing()).withChosenPercent(change.chosenPercent())));
    }

    void forget(NodeId id) {
        Node node = members.node(id);
        if (node.standing() != Standing.REMOVED || node.master() || layouts.isNamed(id)) {
            throw bad(id, "it is not removed, or a layout or a seat names it still");
        }
        members.forget(node);
    }

    private void stand(NodeId id, Standing standing) {
        members.change(id, node -> node.withPart(node.part().withStanding(standing)));
    }

    private static TrivetException bad(NodeId node, String detail) {
        return TrivetException.of(Refusal.Kind.BAD_REQUEST, node.toString(), detail);
    }
}
