/**
 * What every node does for its own chunks without being asked: compares them with what the others
 * hold, pulls what it lacks, hands back what it keeps for others, reads them all again, and deletes
 * those that nobody can ever want.
 *
 * <pre>
 *   {@link io.trivet.repair.SlotDigests}  what is here, in short       <- the store tells it
 *   {@link io.trivet.repair.Reconciler}   compares with all others     -> {@link io.trivet.repair.RepairQueue} -> {@link io.trivet.repair.Puller}
 *   {@link io.trivet.repair.SurplusRemover}    asks homes for promises      -> {@link io.trivet.repair.Promises} at the homes
 *   {@link io.trivet.repair.ConflictResolver} asks the record which of two contents of one name is right (rule 1)
 *   {@link io.trivet.repair.Sweeper}, {@link io.trivet.repair.Scrubber}  delete the dead, read the rest
 * </pre>
 *
 * <p>Invariant: nothing is deleted but what a linearizable answer of the quorum, newer than the
 * sight of the chunk, calls dead (rule 3), and replicas of a slot of which this node is no home in
 * the newest layout, which the quorum confirmed, after every home there promised to keep them (rule
 * 6). No request makes a node delete anything. Only what the quorum calls alive is copied. May
 * import model, message, placement, wire, chunk and thread; what it needs of the node and the
 * namespace comes through small interfaces.
 */
@NullMarked
package io.trivet.repair;

import org.jspecify.annotations.NullMarked;
