package io.trivet.model;

/**
 * A node's report of its own repair, sent with every heartbeat.
 *
 * @param boot random, new at every start of the node, so that the leader notices a quick restart
 * @param event the leader's event number when the node's last complete reconciliation began; 0
 *     before the first, and after a later one that missed what silent homes hold
 * @param layoutVersion the layout of that reconciliation
 * @param ageSeconds how long ago that reconciliation began
 * @param owed replicas that are not where they should be: those that this node lacks, and those
 *     that silent homes of its slots should hold
 * @param bytes total length of the owed replicas
 * @param oldestSeconds how long the oldest of them has been owed
 * @param surplus replicas that this node holds for others and has not handed back; -1 while unknown
 * @param conflicts chunks of which two nodes hold different bytes under one name
 * @param bytesPerSecond pulled in the last seconds
 * @param wasHome whether the node was in a layout before; such a node is laid in when it returns
 * @param trouble what prevents a complete reconciliation; may be empty
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
