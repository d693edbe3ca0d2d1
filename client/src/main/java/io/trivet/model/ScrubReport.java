package io.trivet.model;

/**
 * What a node's scrub has found.
 *
 * @param chunks replicas checked in the round under way
 * @param bytes of them
 * @param bad replicas found bad, ever
 * @param completedMs when the last complete round ended, in milliseconds since 1970; 0 if none did
 */
public record ScrubReport(long chunks, long bytes, long bad, long completedMs) {
    public static final ScrubReport NONE = new ScrubReport(0, 0, 0, 0);
}
