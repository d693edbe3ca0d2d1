/**
 * What every node does for its own chunks unasked: compares them with those of other nodes, pulls
 * what it lacks, hands back what it holds for others, verifies them all repeatedly, and deletes
 * those of dead ids.
 *
 * <pre>
 *   {@link io.trivet.repair.SlotDigests}       what is here, in short        <- the store's changes
 *   {@link io.trivet.repair.Reconciler}        compares with all other nodes -> {@link io.trivet.repair.RepairQueue} -> {@link io.trivet.repair.Puller}
 *   {@link io.trivet.repair.SurplusRemover}    asks homes for promises       -> {@link io.trivet.repair.Promises} at the homes
 *   {@link io.trivet.repair.ConflictResolver}  finds by the record which of two contents of one name is right (rule 1)
 *   {@link io.trivet.repair.Sweeper}, {@link io.trivet.repair.Scrubber}  delete chunks of dead ids, verify the others
 * </pre>
 *
 * <p>Invariant: only two kinds of replicas are deleted. First, those whose id a linearizable answer
 * of the quorum, newer than the sight of the chunk, calls dead (rule 3). Second, those of a slot of
 * which this node is no home in the newest layout, confirmed by the quorum, after every home there
 * has promised to keep them (rule 6). No request makes a node delete anything. Only what the quorum
 * calls alive is copied. May import model, message, placement, wire, chunk and thread; small
 * interfaces give it access to the node and the namespace.
 */
@NullMarked
package io.trivet.repair;

import org.jspecify.annotations.NullMarked;
