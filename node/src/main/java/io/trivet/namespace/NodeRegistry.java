package io.trivet.namespace;

import io.trivet.message.StateCodec;
import io.trivet.message.StateMessages;
import io.trivet.message.StateMessages.NodeKeyRow;
import io.trivet.message.StateMessages.SettingsRow;
import io.trivet.model.Address;
import io.trivet.model.AdminState;
import io.trivet.model.ClusterId;
import io.trivet.model.Command;
import io.trivet.model.Layout;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.NodeShare;
import io.trivet.model.Outcome;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.namespace.Store.Pair;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** The nodes, in the order they joined, with their loss epochs. Numbers are never reused. */
final class NodeRegistry {
    static final int MAX_NODES = 1024;

    private final Transaction rows;
    private final Settings settings;
    private final Layouts layouts;

    NodeRegistry(Transaction rows) {
        this.rows = rows;
        this.settings = new Settings(rows);
        this.layouts = new Layouts(rows);
    }

    List<Node> all() {
        return rows.range(RowKeys.nodes(), MAX_NODES).stream()
                .map(row -> StateCodec.from(Transaction.parse(row, StateMessages.Node.parser())))
                .toList();
    }

    /**
     * The number of nodes that have left permanently, plus skipped numbers, plus changes of the
     * cluster's keys. Never decreases.
     */
    long departures() {
        return rows.count(Counter.NODES)
                - all().stream().filter(Node::isMember).count()
                + settings.row().getSuccessionsCount();
    }

    /** With the node keys, for comparison with certificates. */
    List<Node> allWithKeys() {
        Map<Integer, UUID> keys = new HashMap<>();
        for (Pair row : rows.range(RowKeys.nodeKeys(), MAX_NODES)) {
            keys.put(Transaction.parse(row, NodeKeyRow.parser()).getNode(), RowKeys.nodeKeyOf(row.key()));
        }
        return all().stream()
                .map(node -> node.withKey(keys.get(node.id().number())))
                .toList();
    }

    /** The node that joined with this key, if one did; a repeated join gets this answer. */
    Optional<Outcome.Joined> known(UUID nodeKey) {
        NodeKeyRow row = rows.get(RowKeys.nodeKey(nodeKey), NodeKeyRow.parser());
        return Optional.ofNullable(row).map(known -> joined(new NodeId(known.getNode())));
    }

    Outcome.Joined found(Command.Found found) {
        if (settings.founded()) {
            throw TrivetException.of(
                    Refusal.Kind.ALREADY_EXISTS, settings.row().getCluster(), "this cluster is founded: join it");
        }
        int wanted = found.replicasWanted();
        if (wanted < 0 || wanted > Layout.MAX_REPLICAS) {
            throw bad("", "replicas go from 1 to " + Layout.MAX_REPLICAS + ", or 0 for the usual, not " + wanted);
        }
        settings.found(found.cluster().toString(), found.chunkSize().bytes(), wanted, found.trashSeconds());
        return add(found.nodeKey(), found.address(), found.weight(), found.zone(), true);
    }

    Outcome.Joined join(Command.Join join) {
        return add(join.nodeKey(), join.address(), join.weight(), join.zone(), false);
    }

    void seat(Command.Seat seat) {
        change(seat.node(), node -> node.withMaster(seat.master()));
    }

    void move(Command.Move move) {
        change(move.node(), node -> node.withAddress(move.address()));
    }

    void raiseLossEpoch(Command.RaiseLossEpoch raise) {
        change(raise.node(), node -> node.withLossEpoch(Math.max(node.lossEpoch(), raise.lossEpoch())));
    }

    void measure(Command.Measure measure) {
        if (measure.capacityBytes() < 0) {
            throw bad(measure.node().toString(), "a capacity is 0 bytes or more");
        }
        change(measure.node(), node -> node.withPart(node.nodeShare().withCapacity(measure.capacityBytes())));
    }

    /**
     * Deletes a removed node's row. Its number is never reused; it can return only as a new node.
     */
    void forget(Node node) {
        rows.remove(RowKeys.node(node.id()));
        for (Pair row : rows.range(RowKeys.nodeKeys(), MAX_NODES)) {
            if (Transaction.parse(row, NodeKeyRow.parser()).getNode()
                    == node.id().number()) {
                rows.remove(row.key());
            }
        }
    }

    /**
     * Rule 7: if a node has lost data since, replicas that a commit relies on may be gone, and the
     * client must check again. A loss epoch newer than the known one is fine: the node lost
     * something and stored the chunks afterwards.
     */
    void requireUnchanged(List<Command.Reliance> relied) {
        if (relied.size() > MAX_NODES) {
            throw bad("", "a commit relies on at most " + MAX_NODES + " nodes");
        }
        for (Command.Reliance reliance : relied) {
            requireNotRemoved(reliance.node());
            long now = node(reliance.node()).lossEpoch();
            if (now > reliance.lossEpoch()) {
                throw TrivetException.of(
                        Refusal.Kind.CHECK_AGAIN,
                        reliance.node().toString(),
                        "its loss epoch is " + now + ", the chunks were stored at " + reliance.lossEpoch());
            }
        }
    }

    /** Rule 7: replicas on a node that was removed since do not count. */
    private void requireNotRemoved(NodeId id) {
        boolean was = id.number() < rows.count(Counter.NODES);
        if (was && (!rows.has(RowKeys.node(id)) || node(id).standing() == AdminState.REMOVED)) {
            throw TrivetException.of(Refusal.Kind.CHECK_AGAIN, id.toString(), "it was removed from the cluster");
        }
    }

    /**
     * After a restore: sets the only master, and skips node numbers that were possibly issued since
     * the backup.
     */
    void reseat(NodeId master, int skipped) {
        node(master);
        all().forEach(node -> rows.put(
                RowKeys.node(node.id()), StateCodec.to(node.withMaster(node.id().equals(master)))));
        rows.add(Counter.NODES, skipped);
    }

    private Outcome.Joined add(UUID nodeKey, Address address, int weight, String zone, boolean master) {
        if (rows.count(Counter.NODES) >= MAX_NODES) {
            throw bad(address.toString(), "a cluster has at most " + MAX_NODES + " nodes");
        }
        NodeId id = new NodeId((int) rows.add(Counter.NODES, 1));
        AdminState adminState = rows.count(Counter.FILES) == 0 ? AdminState.IN : AdminState.WAITING;
        Node joining = node(id, address, weight, zone, master);
        rows.put(RowKeys.node(id), StateCodec.to(joining.withPart(NodeShare.USUAL.withStanding(adminState))));
        rows.put(
                RowKeys.nodeKey(nodeKey),
                NodeKeyRow.newBuilder().setNode(id.number()).build());
        if (rows.count(Counter.FILES) == 0) {
            layOut();
        }
        return joined(id);
    }

    /**
     * While nothing is stored, a fresh layout of all nodes costs nothing. Does nothing if there are
     * fewer nodes than R.
     */
    private void layOut() {
        List<NodeId> nodes = all().stream()
                .filter(node -> node.standing().mayHaveSlots())
                .map(Node::id)
                .toList();
        int wanted = settings.row().getReplicasWanted();
        int replicas = wanted == 0 ? Math.min(2, nodes.size()) : wanted;
        if (replicas <= nodes.size()) {
            layouts.replaceAll(nodes, replicas);
        }
    }

    /** Throws {@link TrivetException} if there is no such node or the changed node is invalid. */
    void change(NodeId id, UnaryOperator<Node> change) {
        try {
            rows.put(RowKeys.node(id), StateCodec.to(change.apply(node(id))));
        } catch (IllegalArgumentException e) {
            throw new TrivetException(
                    new Refusal(Refusal.Kind.BAD_REQUEST, id.toString(), String.valueOf(e.getMessage())), e);
        }
    }

    Node node(NodeId id) {
        StateMessages.Node row = rows.get(RowKeys.node(id), StateMessages.Node.parser());
        if (row == null) {
            throw bad(id.toString(), "no such node has joined");
        }
        return StateCodec.from(row);
    }

    private static Node node(NodeId id, Address address, int weight, String zone, boolean master) {
        try {
            return new Node(id, address, weight, zone, 0, master);
        } catch (IllegalArgumentException e) {
            throw new TrivetException(
                    new Refusal(Refusal.Kind.BAD_REQUEST, address.toString(), String.valueOf(e.getMessage())), e);
        }
    }

    private Outcome.Joined joined(NodeId node) {
        SettingsRow row = settings.row();
        return new Outcome.Joined(node, ClusterId.parse(row.getCluster()));
    }

    private static TrivetException bad(String subject, String detail) {
        return TrivetException.of(Refusal.Kind.BAD_REQUEST, subject, detail);
    }
}
