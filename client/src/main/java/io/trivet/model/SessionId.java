package io.trivet.model;

/**
 * A client's session with the cluster. Operations are numbered in it, so that a retry gets the
 * first outcome and is not applied again (rule 10).
 */
public record SessionId(long number) {
    public SessionId {
        if (number < 1) {
            throw new IllegalArgumentException("sessions are numbered from 1, not " + number);
        }
    }

    @Override
    public String toString() {
        return "session-" + number;
    }
}
