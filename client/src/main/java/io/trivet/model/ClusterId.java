package io.trivet.model;

import java.util.UUID;

/**
 * Which cluster: made once, at its birth, and written on every disk, in every chunk and in every
 * connection's preface.
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
