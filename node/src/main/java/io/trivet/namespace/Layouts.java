package io.trivet.namespace;

import io.trivet.message.StateCodec;
import io.trivet.message.StateMessages;
import io.trivet.message.StateMessages.LayoutHead;
import io.trivet.model.Layout;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.namespace.Store.Pair;
import java.util.List;
import java.util.Optional;

/**
 * The published layouts: the newest, and earlier ones until all slots are proven to be settled.
 * Versions only rise.
 */
final class Layouts {
    /** The most layouts that are published at once. */
    static final int MAX_PUBLISHED = 64;

    private final Transaction rows;

    Layouts(Transaction rows) {
        this.rows = rows;
    }

    /**
     * The head of the newest layout. Throws {@link TrivetException} ({@code TOO_FEW_NODES}) if
     * there is none.
     */
    LayoutHead newest() {
        LayoutHead head = head();
        if (head.getVersion() == 0) {
            throw TrivetException.of(
                    Refusal.Kind.TOO_FEW_NODES, "", "the cluster has no layout yet: wait until its nodes have joined");
        }
        return head;
    }

    /** Newest first. */
    List<Layout> published() {
        return stored().reversed().stream()
                .map(row -> StateCodec.from(Transaction.parse(row, StateMessages.Layout.parser())))
                .toList();
    }

    /** Compare-and-set on the version. */
    void publish(Layout layout) {
        long next = head().getVersion() + 1;
        if (layout.version() != next) {
            throw stale(layout.version(), "the next layout is version " + next);
        }
        for (NodeId node : layout.nodes()) {
            if (!rows.has(RowKeys.node(node))) {
                throw TrivetException.of(Refusal.Kind.BAD_REQUEST, node.toString(), "no such node has joined");
            }
        }
        if (stored().size() >= MAX_PUBLISHED) {
            throw TrivetException.of(
                    Refusal.Kind.BUSY, "", MAX_PUBLISHED + " layouts are not settled: wait until repair is through");
        }
        put(layout);
    }

    /** Keeps the newest table for an undo, if {@code next} is another. */
    void keepNewestAsBefore(Layout next) {
        published().stream()
                .findFirst()
                .filter(newest -> !newest.homes().equals(next.homes()))
                .ifPresent(newest -> rows.put(RowKeys.LAYOUT_BEFORE, StateCodec.to(newest)));
    }

    Optional<Layout> before() {
        return Optional.ofNullable(rows.get(RowKeys.LAYOUT_BEFORE, StateMessages.Layout.parser()))
                .map(StateCodec::from);
    }

    /** Whether any published layout names the node. */
    boolean isNamed(NodeId node) {
        return published().stream().anyMatch(layout -> layout.nodes().contains(node));
    }

    /** Drops all layouts except the newest. */
    void settle(long version) {
        if (newest().getVersion() != version) {
            throw stale(version, "the newest layout is version " + newest().getVersion());
        }
        dropOlderThan(version);
    }

    /** Replaces all layouts by a fresh one for nodes that hold nothing yet. */
    void replaceAll(List<NodeId> nodes, int replicas) {
        Layout layout = FreshLayout.of(head().getVersion() + 1, nodes, replicas);
        put(layout);
        dropOlderThan(layout.version());
    }

    /**
     * After a restore: publishes the newest table again, under a version above any published since
     * the backup, so that a promise under a version is never taken for one under another table
     * (rule 6).
     */
    void republish(long version) {
        List<Layout> all = published();
        if (!all.isEmpty()) {
            Layout newest = all.getFirst();
            put(new Layout(Math.max(version, newest.version() + 1), newest.replicas(), newest.homes()));
        }
    }

    private LayoutHead head() {
        LayoutHead head = rows.get(RowKeys.LAYOUT_HEAD, LayoutHead.parser());
        return head == null ? LayoutHead.getDefaultInstance() : head;
    }

    private void put(Layout layout) {
        rows.put(RowKeys.layout(layout.version()), StateCodec.to(layout));
        rows.put(
                RowKeys.LAYOUT_HEAD,
                LayoutHead.newBuilder()
                        .setVersion(layout.version())
                        .setReplicas(layout.replicas())
                        .setNodes(layout.nodes().size())
                        .build());
    }

    private void dropOlderThan(long version) {
        RowKeys.Span older = new RowKeys.Span(RowKeys.layouts().from(), RowKeys.layout(version));
        rows.range(older, MAX_PUBLISHED).forEach(row -> rows.remove(row.key()));
    }

    private List<Pair> stored() {
        return rows.range(RowKeys.layouts(), MAX_PUBLISHED);
    }

    private static TrivetException stale(long version, String detail) {
        return TrivetException.of(Refusal.Kind.STALE, "layout " + version, detail);
    }
}
