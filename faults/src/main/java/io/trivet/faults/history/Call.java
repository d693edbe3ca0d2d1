package io.trivet.faults.history;

/**
 * One operation of a history.
 *
 * @param client who called; a client calls one after the other
 * @param calledNanos when it was called, on a clock that all clients share
 * @param returnedNanos when its result was there; of no meaning for {@link Result.Unknown}
 */
public record Call(int client, long calledNanos, long returnedNanos, NameOperation operation, Result result) {
    /** The moment before which it must have happened. */
    long latestNanos() {
        return isUnknown() ? Long.MAX_VALUE : returnedNanos;
    }

    boolean isUnknown() {
        return result instanceof Result.Unknown;
    }
}
