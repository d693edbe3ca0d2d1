/**
 * This node's Raft member, and the copies of the namespace that every node keeps.
 *
 * <p>Invariant: a member that lost what it acknowledged does not vote (rule 8). May import
 * node.cluster, node.identity, quorum, namespace, chunk, file, repair, model and wire.
 */
@NullMarked
package io.trivet.node.raft;

import org.jspecify.annotations.NullMarked;
