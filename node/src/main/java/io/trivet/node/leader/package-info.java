/**
 * What only the leader decides and runs: heartbeats, voters, automatic layouts, the census of
 * chunks, the debt of the cluster, trash.
 *
 * <p>Invariant: a decision is a command in the log; what is in memory is dropped with each new
 * term. May import node.access, node.keys, node.raft, node.cluster, namespace, placement, quorum,
 * repair, model and wire.
 */
@NullMarked
package io.trivet.node.leader;

import org.jspecify.annotations.NullMarked;
