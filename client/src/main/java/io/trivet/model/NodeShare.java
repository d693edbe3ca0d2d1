package io.trivet.model;

/**
 * The part that a node has in layouts.
 *
 * @param chosenPercent its weight as an operator chose it, in hundredths of an ordinary node's; 0
 *     while it follows the capacity of its disks
 * @param capacityBytes of its disks, as it said when it last changed by more than a little; 0 while
 *     nobody knows
 */
public record NodeShare(AdminState adminState, int chosenPercent, long capacityBytes) {
    /** A hundred ordinary nodes' worth. */
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
