package io.trivet.faults.history;

/**
 * One operation of a history.
 *
 * @param client the caller; its calls do not overlap
 * @param calledNanos the time of the call, on a clock that all clients share
 * @param returnedNanos the time of the result; meaningless for {@link Result.Unknown}
 */
public record Call(int client, long calledNanos, long returnedNanos, NameOperation operation, Result result) {
    /** The time before which it must have happened. */
    long latestNanos() {
        return isUnknown() ? Long.MAX_VALUE : returnedNanos;
    }

    boolean isUnknown() {
        return result instanceof Result.Unknown;
    }
}
