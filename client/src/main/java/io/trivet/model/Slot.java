package io.trivet.model;

/**
 * One of {@value #COUNT} numbered positions. A chunk belongs to one slot; the layout assigns each
 * slot to R nodes.
 */
public record Slot(int number) implements Comparable<Slot> {
    /**
     * Divisible by every number from 1 to 10, so that small fresh clusters are balanced exactly.
     */
    public static final int COUNT = 2520;

    public Slot {
        if (number < 0 || number >= COUNT) {
            throw new IllegalArgumentException("slots are numbered from 0 to " + (COUNT - 1) + ", not " + number);
        }
    }

    /** The slot {@code steps} further on, modulo {@link #COUNT}; {@code steps} is 0 or more. */
    public Slot plus(long steps) {
        return new Slot((int) Math.floorMod(number + steps, (long) COUNT));
    }

    @Override
    public int compareTo(Slot other) {
        return Integer.compare(number, other.number);
    }

    @Override
    public String toString() {
        return Integer.toString(number);
    }
}
