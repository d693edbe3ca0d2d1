package io.trivet.client;

import io.trivet.model.ClusterView;
import io.trivet.model.Command;
import io.trivet.model.Entry;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.RepairReport;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import io.trivet.placement.Rearrangement;
import io.trivet.placement.SlotSize;
import io.trivet.placement.Traffic;
import io.trivet.placement.Wish;
import io.trivet.wire.Reply;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What operators do with the layout of a cluster: plan, look, apply. Any thread. */
public final class Growth {
    private final Transfers transfers;
    private final LeaderCalls leader;
    private final Session session;

    Growth(Transfers transfers, LeaderCalls leader, Session session) {
        this.transfers = transfers;
        this.leader = leader;
        this.session = session;
    }

    /** The nodes as their leader knows them now. */
    public ClusterNodes nodes() {
        ClusterStatus status = transfers.cluster.status();
        Map<NodeId, RepairReport> reports =
                leader.reports().stream().collect(Collectors.toMap(Reply.NodeReport::node, Reply.NodeReport::report));
        return new ClusterNodes(status, leader.debt(), reports);
    }

    /** What would have to move for a wish; nothing is changed. */
    public Proposal plan(Wish wish) {
        ClusterStatus status = transfers.cluster.status();
        Set<NodeId> present = status.nodes().stream()
                .filter(ClusterStatus.NodeStatus::isUp)
                .map(ClusterStatus.NodeStatus::node)
                .collect(Collectors.toSet());
        Rearrangement rearrangement = Rearrangement.of(status.view(), present, wish);
        Set<NodeId> unheard = new HashSet<>(status.view().layout().nodes());
        List<SlotSize> sizes = sizes(status.view(), present, unheard);
        return new Proposal(
                status, rearrangement, sizes, Traffic.of(rearrangement.plan().moves(), sizes), unheard);
    }

    /** Of each slot, the most that any node of a published layout holds of it. Who answers is taken out of {@code unheard}. */
    private List<SlotSize> sizes(ClusterView view, Set<NodeId> present, Set<NodeId> unheard) {
        List<SlotSize> sizes = new ArrayList<>(Collections.nCopies(Slot.COUNT, SlotSize.NOTHING));
        Set<NodeId> holders = view.layouts().stream()
                .flatMap(layout -> layout.nodes().stream())
                .filter(present::contains)
                .collect(Collectors.toSet());
        for (NodeId node : holders) {
            try {
                List<Reply.SlotDigest> digests = leader.sizes(node);
                if (digests.size() != Slot.COUNT) {
                    continue;
                }
                for (int slot = 0; slot < Slot.COUNT; slot++) {
                    Reply.SlotDigest digest = digests.get(slot);
                    if (digest.bytes() >= sizes.get(slot).bytes()) {
                        sizes.set(
                                slot,
                                new SlotSize(
                                        Math.max(digest.count(), sizes.get(slot).chunks()), digest.bytes()));
                    }
                }
                if (digests.stream().allMatch(Reply.SlotDigest::known)) {
                    unheard.remove(node);
                }
            } catch (TrivetException _) {
                // It stays among the unheard, and the proposal says so.
            }
        }
        return sizes;
    }

    /** Makes a proposal so; {@code STALE} if the layout is another one by now, {@code DISK_FULL} where a node has no room for its part. */
    public void apply(Proposal proposal) {
        if (!proposal.obstacles().isEmpty()) {
            throw TrivetException.of(
                    Refusal.Kind.DISK_FULL,
                    "",
                    String.join("; ", proposal.obstacles()) + ": make room, or plan otherwise");
        }
        session.submit(proposal.rearrangement().command());
    }

    /** Changes how replicas are moved; what is null, or -1, stays as it is. */
    public void rebalancing(@Nullable Boolean paused, long bytesPerSecond, @Nullable Boolean automatic) {
        leader.submit(Operation.unnumbered(new Command.SetRebalancing(paused, bytesPerSecond, automatic)));
    }

    /**
     * Files of which a chunk is on no node that answers but perhaps on these: every file of the cluster is looked for.
     *
     * @param looked hears now and then how many files were looked for
     */
    public List<RemotePath> onlyOn(Set<NodeId> nodes, LongConsumer looked) {
        List<RemotePath> found = new ArrayList<>();
        Deque<RemotePath> open = new ArrayDeque<>(List.of(RemotePath.ROOT));
        long files = 0;
        while (!open.isEmpty()) {
            RemotePath directory = open.pop();
            for (Entry entry : (Iterable<Entry>) () -> new Pages(leader, directory)) {
                RemotePath path = directory.resolve(entry.name());
                switch (entry) {
                    case Entry.Directory _ -> open.push(path);
                    case Entry.File _ -> {
                        if (isOnlyOn(nodes, path)) {
                            found.add(path);
                        }
                        looked.accept(++files);
                    }
                }
            }
        }
        return found;
    }

    /** A file that is gone by now is nowhere. */
    private boolean isOnlyOn(Set<NodeId> nodes, RemotePath path) {
        try {
            return isOnlyOn(nodes, path, OpenFile.at(leader, path));
        } catch (TrivetException e) {
            if (e.kind() == Refusal.Kind.NO_SUCH_FILE || e.kind() == Refusal.Kind.IS_A_DIRECTORY) {
                return false;
            }
            throw e;
        }
    }

    private boolean isOnlyOn(Set<NodeId> nodes, RemotePath path, OpenFile file) {
        List<NodeId> others = transfers.cluster.nodes().stream()
                .filter(node -> !nodes.contains(node) && transfers.cluster.isReachable(node))
                .toList();
        return new Whereabouts(transfers, file)
                .of(path, others).chunks().stream()
                        .anyMatch(chunk -> chunk.nodes().isEmpty());
    }
}
