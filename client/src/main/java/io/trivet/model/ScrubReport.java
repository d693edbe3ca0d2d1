package io.trivet.model;

/**
 * What a node's scrub has found.
 *
 * @param chunks replicas verified in the current round
 * @param bytes of those replicas
 * @param bad replicas found bad, in all rounds
 * @param completedMs when the last complete round ended, in milliseconds since 1970; 0 if none has
 *     ended
 */
public record ScrubReport(long chunks, long bytes, long bad, long completedMs) {
    public static final ScrubReport NONE = new ScrubReport(0, 0, 0, 0);
}
