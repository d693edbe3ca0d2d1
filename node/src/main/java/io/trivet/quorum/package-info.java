/**
 * The namespace on a quorum: its operations as a replicated log (Apache Ratis), its state in an
 * ordered store (RocksDB).
 *
 * <p>Invariants: an operation that was acknowledged is in the log of a majority of masters, on
 * stable storage. Every master applies the same entries in the same order. The answer to a query
 * reflects everything that was acknowledged before the query was asked.
 *
 * <p>On disk, in the directory of {@link io.trivet.quorum.QuorumSettings}:
 *
 * <pre>
 *   log/CLUSTER/current/raft-meta     term and vote: with the log, the seat of this master (rule 8)
 *   log/CLUSTER/current/log_*         entries, forced to disk before they are acknowledged
 *   log/CLUSTER/sm/checkpoint.T_I_A/  the state after entry I of term T, durable before the log is
 *                                     purged up to I (rule 9)
 *   state/                            the current state; if it is lost, it is rebuilt from a
 *                                     checkpoint and the log
 *   state.damaged                     the state must not be used, if this exists
 *   ended                             why the seat ended, if it did
 *   incarnation                       which run of this log this is, and whether the log was found
 *                                     older (decision 0143)
 *   forced                            the newest entry known to be committed and on stable storage
 *                                     here (decision 0157)
 *   peers                             what this master remembers of the others
 * </pre>
 *
 * <p>It opens no port: a {@link io.trivet.quorum.QuorumTransport} connects it to its peers. It
 * retries nothing: refusals go to the caller. May import model, message, placement, file, namespace
 * and thread.
 */
@NullMarked
package io.trivet.quorum;

import org.jspecify.annotations.NullMarked;
