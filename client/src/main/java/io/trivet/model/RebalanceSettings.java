package io.trivet.model;

/**
 * How the cluster moves replicas that are sound where they are, but belong elsewhere in the newest
 * layout. Does not affect the repair of missing replicas.
 *
 * @param paused whether nothing is moved
 * @param bytesPerSecond the most that each node pulls for it; 0 means each node's own limit for
 *     repair
 * @param automatic whether new nodes are taken into the layout without an operator
 */
public record RebalanceSettings(boolean paused, long bytesPerSecond, boolean automatic) {
    /** The most that a node pulls unless set otherwise. */
    public static final long USUAL_BYTES_PER_SECOND = 200L << 20;

    public static final RebalanceSettings USUAL = new RebalanceSettings(false, 0, false);

    public RebalanceSettings {
        if (bytesPerSecond < 0) {
            throw new IllegalArgumentException("a rate is 0 bytes a second or more, not " + bytesPerSecond);
        }
    }
}
