package io.trivet.model;

/**
 * A node's part in layouts.
 *
 * @param chosenPercent the weight that an operator chose, as a percentage of an ordinary node's; 0
 *     while the weight follows the capacity of its disks
 * @param capacityBytes of its disks, as reported when it last changed by more than a little; 0
 *     while unknown
 */
public record NodeShare(AdminState adminState, int chosenPercent, long capacityBytes) {
    /** A hundred times an ordinary node. */
    public static final int MAX_PERCENT = 10_000;

    public static final NodeShare USUAL = new NodeShare(AdminState.IN, 0, 0);

    public NodeShare {
        if (chosenPercent < 0 || chosenPercent > MAX_PERCENT) {
            throw new IllegalArgumentException(
                    "a weight is up to " + MAX_PERCENT / 100 + " times an ordinary one, not " + chosenPercent + " %");
        }
        if (capacityBytes < 0) {
            throw new IllegalArgumentException("a capacity is 0 bytes or more, not " + capacityBytes);
        }
    }

    public NodeShare withStanding(AdminState other) {
        return new NodeShare(other, chosenPercent, capacityBytes);
    }

    public NodeShare withChosenPercent(int percent) {
        return new NodeShare(adminState, percent, capacityBytes);
    }

    public NodeShare withCapacity(long bytes) {
        return new NodeShare(adminState, chosenPercent, bytes);
    }
}
