/**
 * The namespace on a quorum: its operations as a replicated log (Apache Ratis), its state in an
 * ordered store (RocksDB).
 *
 * <p>Invariants: what a caller is told was done is in the log of a majority of masters, on stable
 * storage; every master applies the same entries in the same order; an answer to a question
 * reflects everything that was acknowledged before the question was asked.
 *
 * <p>On disk, in the directory of {@link io.trivet.quorum.QuorumSettings}:
 *
 * <pre>
 *   log/CLUSTER/current/raft-meta          term and vote: with the log, the seat of this master (rule 8)
 *   log/CLUSTER/current/log_*              entries, forced to disk before anyone is told of them
 *   log/CLUSTER/sm/checkpoint.T_I_A/       the state after entry I of term T, durable before the log is purged up to I (rule 9)
 *   state/                                 the living state; never forced: it is rebuilt from a checkpoint and the log
 *   ended                                  why the seat ended, if it did
 *   incarnation                            which run of this log this is, and whether the log was found older (decision 0143)
 *   peers                                  what this master remembers of the others
 * </pre>
 *
 * <p>It opens no port: peers speak through a {@link io.trivet.quorum.QuorumTransport} that is given
 * to it. It retries nothing: refusals go to the caller. May import model, message, placement, file,
 * namespace and thread.
 */
@NullMarked
package io.trivet.quorum;

import org.jspecify.annotations.NullMarked;
