package io.trivet.rescue;

/**
 * What a rescue came to.
 *
 * @param gone removed, replaced or never committed, by the namespace; no files any more
 * @param replicas found with a sound trailer
 * @param badReplicas of no use in whole or in part, whether or not another had the bytes
 * @param unreadDirectories could not be listed to their end: more may lie there
 * @param bytes in the files that are whole
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

    /** Whether every file of which anything was found is whole, and everything could be looked at. */
    public boolean isComplete() {
        return whole == files() && unreadDirectories == 0;
    }
}
