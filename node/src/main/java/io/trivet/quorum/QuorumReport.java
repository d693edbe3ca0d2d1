package io.trivet.quorum;

/**
 * A master's part in the quorum at one moment, as it knows it itself.
 *
 * @param leads whether it leads and is ready
 * @param voters how many masters count for a majority
 * @param lastIndex of its log
 * @param committedIndex the last entry that a majority has, as far as it knows
 * @param appliedIndex the last entry that is in its state
 * @param leaderChanges how often it heard of a new leader since it started
 */
public record QuorumReport(
        boolean leads,
        int voters,
        long term,
        long lastIndex,
        long committedIndex,
        long appliedIndex,
        long leaderChanges) {}
