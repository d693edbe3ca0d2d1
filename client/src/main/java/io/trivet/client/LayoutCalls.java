package io.trivet.client;

import io.trivet.model.ClusterView;
import io.trivet.model.Command;
import io.trivet.model.NameEntry;
import io.trivet.model.NodeId;
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
import io.trivet.wire.protocol.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@link LayoutAdmin} by requests to the leader, which asks the nodes for the sizes of their slots.
 */
final class LayoutCalls implements LayoutAdmin {
    private final TransferResources transferResources;
    private final LeaderCalls leader;
    private final Session session;

    LayoutCalls(TransferResources transferResources, LeaderCalls leader, Session session) {
        this.transferResources = transferResources;
        this.leader = leader;
        this.session = session;
    }

    @Override
    public ClusterNodes nodes() {
        ClusterStatus status = transferResources.cluster.status();
        Map<NodeId, RepairReport> reports =
                leader.call(new Request.GetReports(), Reply.Reports.class).reports().stream()
                        .collect(Collectors.toMap(Reply.NodeReport::node, Reply.NodeReport::report));
        return new ClusterNodes(
                status, leader.call(new Request.GetDebt(), Reply.DebtOf.class).debt(), reports);
    }

    @Override
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
     * For each slot, the most that any node of a published layout holds. Nodes that answer are
     * removed from {@code unheard}, and added to {@code unlisted} if they have not listed all their
     * slots yet.
     */
    private List<SlotSize> sizes(ClusterView view, Set<NodeId> present, Set<NodeId> unheard, Set<NodeId> unlisted) {
        List<SlotSize> sizes = new ArrayList<>(Collections.nCopies(Slot.COUNT, SlotSize.NOTHING));
        Set<NodeId> holders = view.layouts().stream()
                .flatMap(layout -> layout.nodes().stream())
                .filter(present::contains)
                .collect(Collectors.toSet());
        for (NodeId node : holders) {
            try {
                List<Reply.SlotDigest> digests = leader.call(new Request.GetSizes(node), Reply.Digests.class)
                        .digests();
                if (digests.size() != Slot.COUNT) {
                    continue; // the node does not answer the leader
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
            } catch (TrivetException ignored) {
                // The node stays in {@code unheard}, and the proposal reports it.
            }
        }
        return sizes;
    }

    @Override
    public void apply(LayoutProposal layoutProposal) {
        if (!layoutProposal.obstacles().isEmpty()) {
            throw TrivetException.of(
                    Refusal.Kind.DISK_FULL,
                    "",
                    String.join("; ", layoutProposal.obstacles()) + ": make room, or plan otherwise");
        }
        session.submit(layoutProposal.layoutChange().command());
    }

    @Override
    public void setRebalancing(@Nullable Boolean paused, long bytesPerSecond, @Nullable Boolean automatic) {
        leader.submit(new Command.SetRebalancing(paused, bytesPerSecond, automatic));
    }

    @Override
    public List<RemotePath> onlyOn(Set<NodeId> nodes, LongConsumer looked) {
        List<RemotePath> found = new ArrayList<>();
        Deque<RemotePath> open = new ArrayDeque<>(List.of(RemotePath.ROOT));
        long files = 0;
        while (!open.isEmpty()) {
            RemotePath directory = open.pop();
            Iterator<ListedEntry> entries = new DirectoryPages(leader, directory, "", "");
            while (entries.hasNext()) {
                NameEntry nameEntry = entries.next().entry();
                if (directory.length() + 1 + nameEntry.name().getBytes(StandardCharsets.UTF_8).length
                        > RemotePath.MAX_PATH) {
                    // A path that an earlier release let become too long to be requested: what is
                    // below may be anywhere.
                    found.add(directory);
                    continue;
                }
                RemotePath path = directory.resolve(nameEntry.name());
                switch (nameEntry) {
                    case NameEntry.Directory ignored -> open.push(path);
                    case NameEntry.File ignored -> {
                        if (isOnlyOn(nodes, path)) {
                            found.add(path);
                        }
                        looked.accept(++files);
                    }
                    case NameEntry.Link ignored -> {}
                }
            }
        }
        for (TrashedFile file : new TrashCalls(leader, session).files()) {
            if (isOnlyOn(nodes, file)) {
                found.add(file.path());
            }
            looked.accept(++files);
        }
        return found;
    }

    /**
     * False for a file that has left the trash: it was discarded, or it has a name and was checked
     * there.
     */
    private boolean isOnlyOn(Set<NodeId> nodes, TrashedFile file) {
        return OpenFile.inTrash(leader, file)
                .filter(open -> isOnlyOn(nodes, file.path(), open))
                .isPresent();
    }

    /** False for a file that no longer exists. */
    private boolean isOnlyOn(Set<NodeId> nodes, RemotePath path) {
        try {
            return isOnlyOn(nodes, path, OpenFile.at(leader, path));
        } catch (TrivetException e) {
            if (e.kind() == Refusal.Kind.NO_SUCH_FILE
                    || e.kind() == Refusal.Kind.IS_A_DIRECTORY
                    || e.kind() == Refusal.Kind.IS_A_LINK) {
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
