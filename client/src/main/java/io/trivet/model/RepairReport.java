package io.trivet.model;

/**
 * What a node says of its own repair, with every heartbeat.
 *
 * @param boot drawn anew at every start of the node, so that a quick restart is noticed
 * @param event the leader's number for the state of the cluster when the node's last complete
 *     reconciliation began; 0 before the first, and since a later one missed what silent homes hold
 * @param layoutVersion the layout of that reconciliation
 * @param ageSeconds how long ago it began
 * @param owed replicas that are not where they should be: those this node lacks, and those that
 *     silent homes of its slots should hold
 * @param bytes of the owed replicas
 * @param oldestSeconds how long the oldest of them has been owed
 * @param surplus replicas this node holds for others and has not handed back; -1 while nobody knows
 * @param conflicts chunks of which two nodes hold different bytes under one name
 * @param bytesPerSecond pulled in the last seconds
 * @param wasHome whether the node was in a layout once: such a node is laid in again when it
 *     returns
 * @param trouble what keeps a reconciliation from being complete; may be empty
 */
public record RepairReport(
        long boot,
        long event,
        long layoutVersion,
        long ageSeconds,
        long owed,
        long bytes,
        long oldestSeconds,
        long surplus,
        long conflicts,
        long bytesPerSecond,
        boolean wasHome,
        String trouble) {
    public static final RepairReport NONE = new RepairReport(0, 0, 0, 0, 0, 0, 0, -1, 0, 0, false, "");
}
