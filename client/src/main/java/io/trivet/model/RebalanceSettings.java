package io.trivet.model;

/**
 * How the cluster goes about moving replicas that are good where they are, but belong elsewhere in
 * the newest layout. Repair of what is lacking is none of it.
 *
 * @param paused whether nothing is moved
 * @param bytesPerSecond that each node pulls for it at most; 0 stands for the limit that each node
 *     has for repair
 * @param automatic whether new nodes are taken into the layout without being asked for
 */
public record RebalanceSettings(boolean paused, long bytesPerSecond, boolean automatic) {
    /** What a node pulls at most where nobody says otherwise. */
    public static final long USUAL_BYTES_PER_SECOND = 200L << 20;

    public static final RebalanceSettings USUAL = new RebalanceSettings(false, 0, false);

    public RebalanceSettings {
        if (bytesPerSecond < 0) {
            throw new IllegalArgumentException("a rate is 0 bytes a second or more, not " + bytesPerSecond);
        }
    }
}
