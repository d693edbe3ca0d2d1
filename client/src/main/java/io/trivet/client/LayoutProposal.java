package io.trivet.client;

import io.trivet.model.ByteText;
import io.trivet.model.NodeId;
import io.trivet.model.RebalanceSettings;
import io.trivet.model.Slot;
import io.trivet.placement.LayoutChange;
import io.trivet.placement.PlannedTraffic;
import io.trivet.placement.SlotSize;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A change of the layout that is planned and not applied, with its cost.
 *
 * @param status the cluster for which it was planned
 * @param sizes of every slot, by its number, according to the nodes that answered
 * @param unheard nodes of the layout whose sizes could not be requested
 * @param unlisted nodes that answered but have not listed all their replicas since they started or
 *     lost something; sizes may be larger
 */
public record LayoutProposal(
        ClusterStatus status,
        LayoutChange layoutChange,
        List<SlotSize> sizes,
        PlannedTraffic plannedTraffic,
        Set<NodeId> unheard,
        Set<NodeId> unlisted) {
    public LayoutProposal {
        sizes = List.copyOf(sizes);
        unheard = Set.copyOf(unheard);
        unlisted = Set.copyOf(unlisted);
    }

    /** The most bytes per second that each node pulls. */
    public long bytesPerSecond() {
        long set = status.view().rebalanceSettings().bytesPerSecond();
        return set == 0 ? RebalanceSettings.USUAL_BYTES_PER_SECOND : set;
    }

    /**
     * The time in which the node that receives most gets everything at its limit; users' transfers
     * make it longer.
     */
    public Duration estimate() {
        return Duration.ofMillis((long) (1000.0 * plannedTraffic.mostIn() / bytesPerSecond()));
    }

    /**
     * Chunks with a home in {@code unheard}: they have fewer replicas than they should, whatever
     * moves.
     */
    public SlotSize belowTheirNumber() {
        return sizeOf(1);
    }

    /** Chunks with all homes in {@code unheard}. */
    public SlotSize unreachable() {
        return sizeOf(status.view().layout().replicas());
    }

    /**
     * Replicas on homes that a slot loses because the number of replicas falls; they become surplus
     * when the slot has its new homes.
     */
    public SlotSize tooMany() {
        SlotSize size = SlotSize.NOTHING;
        for (int number = 0; number < Slot.COUNT; number++) {
            Slot slot = new Slot(number);
            int fewer = status.view().layout().homes(slot).size()
                    - layoutChange.layoutPlan().layout().homes(slot).size();
            for (int replica = 0; replica < fewer; replica++) {
                size = size.plus(sizes.get(number));
            }
        }
        return size;
    }

    private SlotSize sizeOf(int homesDown) {
        SlotSize size = SlotSize.NOTHING;
        for (int slot = 0; slot < Slot.COUNT; slot++) {
            long down = status.view().layout().homes(new Slot(slot)).stream()
                    .filter(unheard::contains)
                    .count();
            if (down >= homesDown) {
                size = size.plus(sizes.get(slot));
            }
        }
        return size;
    }

    /** Reasons not to apply it: nodes that would receive more than they have room for. */
    public List<String> obstacles() {
        List<String> obstacles = new ArrayList<>();
        for (ClusterStatus.NodeStatus node : status.nodes()) {
            long in = plannedTraffic.of(node.node()).in().size().bytes();
            if (in > 0 && in > node.freeBytes()) {
                obstacles.add(node.node() + " would receive " + ByteText.of(in) + " but has space for "
                        + ByteText.of(node.freeBytes()));
            }
        }
        return obstacles;
    }
}
