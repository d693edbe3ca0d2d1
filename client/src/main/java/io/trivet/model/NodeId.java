package io.trivet.model;

import java.util.regex.Pattern;

/**
 * The number of a node, from 0 in the order of joining; written {@code n0}, {@code n1}, ... A
 * number is never reused.
 */
public record NodeId(int number) implements Comparable<NodeId> {
    private static final Pattern WRITTEN = Pattern.compile("n(0|[1-9]\\d{0,6})");

    public NodeId {
        if (number < 0) {
            throw new IllegalArgumentException("a node's number is 0 or more, not " + number);
        }
    }

    /** Reads {@code n7}; throws {@link IllegalArgumentException} for anything else. */
    public static NodeId parse(String text) {
        if (!WRITTEN.matcher(text).matches()) {
            throw new IllegalArgumentException("a node is written n0, n1, ..., not " + text);
        }
        return new NodeId(Integer.parseInt(text.substring(1)));
    }

    @Override
    public int compareTo(NodeId other) {
        return Integer.compare(number, other.number);
    }

    @Override
    public String toString() {
        return "n" + number;
    }
}
