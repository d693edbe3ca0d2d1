package io.trivet.client;

import io.trivet.model.ClusterView;
import io.trivet.model.Command;
import io.trivet.model.NameEntry;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.RepairReport;
import io.trivet.model.Slot;
import io.trivet.model.TrashedFile;
import io.trivet.model.TrivetException;
import io.trivet.placement.LayoutChange;
import io.trivet.placement.LayoutRequest;
import io.trivet.placement.PlannedTraffic;
import io.trivet.placement.SlotSize;
import io.trivet.wire.protocol.Reply;
import java.nio.charset.StandardCharsets;
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
public final class LayoutAdmin {
    private final TransferResources transferResources;
    private final LeaderCalls leader;
    private final Session session;

    LayoutAdmin(TransferResources transferResources, LeaderCalls leader, Session session) {
        this.transferResources = transferResources;
        this.leader = leader;
        this.session = session;
    }

    /** The nodes as their leader knows them now. */
    public ClusterNodes nodes() {
        ClusterStatus status = transferResources.cluster.status();
        Map<NodeId, RepairReport> reports =
                leader.reports().stream().collect(Collectors.toMap(Reply.NodeReport::node, Reply.NodeReport::report));
        return new ClusterNodes(status, leader.debt(), reports);
    }

    /** What would have to move for a wish; nothing is changed. */
    public LayoutProposal plan(LayoutRequest layoutRequest) {
        ClusterStatus status = transferResources.cluster.status();
        Set<NodeId> present = status.nodes().stream()
                .filter(ClusterStatus.NodeStatus::isUp)
                .map(ClusterStatus.NodeStatus::node)
                .collect(Collectors.toSet());
        LayoutChange layoutChange = LayoutChange.of(status.view(), present, layoutRequest);
        Set<NodeId> unheard = new HashSet<>(status.view().layout().nodes());
        Set<NodeId> unlisted = new HashSet<>();
        List<SlotSize> sizes = sizes(status.view(), present, unheard, unlisted);
        return new LayoutProposal(
                status,
                layoutChange,
                sizes,
                PlannedTraffic.of(layoutChange.layoutPlan().moves(), sizes),
                unheard,
                unlisted);
    }

    /**
     * Of each slot, the most that any node of a published layout holds of it. Who answers is taken
     * out of {@code unheard}, and put into {@code unlisted} where it does not know all its slots
     * yet.
     */
    private List<SlotSize> sizes(ClusterView view, Set<NodeId> present, Set<NodeId> unheard, Set<NodeId> unlisted) {
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
                unheard.remove(node);
                if (!digests.stream().allMatch(Reply.SlotDigest::known)) {
                    unlisted.add(node);
                }
            } catch (TrivetException _) {
                // It stays among the unheard, and the proposal says so.
            }
        }
        return sizes;
    }

    /**
     * Makes a proposal so; {@code STALE} if the layout is another one by now, {@code DISK_FULL}
     * where a node has no room for its part.
     */
    public void apply(LayoutProposal layoutProposal) {
        if (!layoutProposal.obstacles().isEmpty()) {
            throw TrivetException.of(
                    Refusal.Kind.DISK_FULL,
                    "",
                    String.join("; ", layoutProposal.obstacles()) + ": make room, or plan otherwise");
        }
        session.submit(layoutProposal.layoutChange().command());
    }

    /** Changes how replicas are moved; what is null, or -1, stays as it is. */
    public void rebalancing(@Nullable Boolean paused, long bytesPerSecond, @Nullable Boolean automatic) {
        leader.submit(Operation.unnumbered(new Command.SetRebalancing(paused, bytesPerSecond, automatic)));
    }

    /**
     * Files of which a chunk is on no node that answers but perhaps on these: every file of the
     * cluster is looked for, and every file in the trash.
     *
     * @param looked hears now and then how many files were looked for
     */
    public List<RemotePath> onlyOn(Set<NodeId> nodes, LongConsumer looked) {
        List<RemotePath> found = new ArrayList<>();
        Deque<RemotePath> open = new ArrayDeque<>(List.of(RemotePath.ROOT));
        long files = 0;
        while (!open.isEmpty()) {
            RemotePath directory = open.pop();
            for (NameEntry nameEntry : (Iterable<NameEntry>) () -> new DirectoryPages(leader, directory, "")) {
                if (directory.length() + 1 + nameEntry.name().getBytes(StandardCharsets.UTF_8).length
                        > RemotePath.MAX_PATH) {
                    // An earlier release let it become too long to be asked for: what is below may be anywhere.
                    found.add(directory);
                    continue;
                }
                RemotePath path = directory.resolve(nameEntry.name());
                switch (nameEntry) {
                    case NameEntry.Directory _ -> open.push(path);
                    case NameEntry.File _ -> {
                        if (isOnlyOn(nodes, path)) {
                            found.add(path);
                        }
                        looked.accept(++files);
                    }
                }
            }
        }
        for (TrashedFile file : (Iterable<TrashedFile>) () -> new TrashPages(leader)) {
            if (isOnlyOn(nodes, file)) {
                found.add(file.path());
            }
            looked.accept(++files);
        }
        return found;
    }

    /** One that has left the trash by now is nowhere, or was looked for under its name. */
    private boolean isOnlyOn(Set<NodeId> nodes, TrashedFile file) {
        return OpenFile.inTrash(leader, file)
                .filter(open -> isOnlyOn(nodes, file.path(), open))
                .isPresent();
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
        List<NodeId> others = transferResources.cluster.nodes().stream()
                .filter(node -> !nodes.contains(node) && transferResources.cluster.isReachable(node))
                .toList();
        return new ReplicaLocator(transferResources, file)
                .of(path, others).chunks().stream()
                        .anyMatch(chunk -> chunk.nodes().isEmpty());
    }
}
