package io.trivet.rescue;

/**
 * The result of a rescue.
 *
 * @param gone files that the namespace says were removed, replaced or never committed
 * @param replicas found with a sound trailer
 * @param badReplicas damaged in whole or in part, whether or not another replica had the bytes
 * @param unreadDirectories could not be listed completely; there may be more in them
 * @param bytes in the whole files
 */
public record RescueSummary(
        long whole,
        long incomplete,
        long conflicts,
        long notWritten,
        long gone,
        long replicas,
        long badReplicas,
        long unreadDirectories,
        long bytes) {
    public long files() {
        return whole + incomplete + conflicts + notWritten;
    }

    /**
     * Whether every file of which anything was found is whole, and every directory could be read.
     */
    public boolean isComplete() {
        return whole == files() && unreadDirectories == 0;
    }
}
