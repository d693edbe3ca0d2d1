package io.trivet.model;

import java.util.UUID;

/**
 * Identifies a cluster. Made once, when the cluster is founded, and written on every disk, in every
 * chunk and in the preface of every connection.
 */
public record ClusterId(UUID value) {
    public static final int BYTES = 16;

    public static ClusterId parse(String text) {
        return new ClusterId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
