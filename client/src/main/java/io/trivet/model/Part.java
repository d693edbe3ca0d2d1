package io.trivet.model;

/**
 * The part that a node has in layouts.
 *
 * @param chosenPercent its weight as an operator chose it, in hundredths of an ordinary node's; 0 while it follows the capacity of its disks
 * @param capacityBytes of its disks, as it said when it last changed by more than a little; 0 while nobody knows
 */
public record Part(Standing standing, int chosenPercent, long capacityBytes) {
    /** A hundred ordinary nodes' worth. */
    public static final int MAX_PERCENT = 10_000;

    public static final Part USUAL = new Part(Standing.IN, 0, 0);

    public Part {
        if (chosenPercent < 0 || chosenPercent > MAX_PERCENT) {
            throw new IllegalArgumentException(
                    "a weight is up to " + MAX_PERCENT / 100 + " times an ordinary one, not " + chosenPercent + " %");
        }
        if (capacityBytes < 0) {
            throw new IllegalArgumentException("a capacity is 0 bytes or more, not " + capacityBytes);
        }
    }

    public Part withStanding(Standing other) {
        return new Part(other, chosenPercent, capacityBytes);
    }

    public Part withChosenPercent(int percent) {
        return new Part(standing, percent, capacityBytes);
    }

    public Part withCapacity(long bytes) {
        return new Part(standing, chosenPercent, bytes);
    }
}
