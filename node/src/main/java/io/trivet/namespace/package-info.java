/**
 * The namespace as a state machine: directories, records, ids, open saves, sessions, nodes, layouts
 * and settings.
 *
 * <p>Invariant: (state, command) -> (state, outcome) is a function. No clock, no randomness, no
 * thread, no I/O except the {@link io.trivet.namespace.Store}; time comes with the batch and never
 * goes back. So every replica that applies the same log has the same state, and all of it can be
 * tested without a quorum. May import model, message and placement.
 *
 * <pre>
 *   entry (index, time, operations)
 *     Namespace     one Transaction for the entry: all of its changes, its index and the state hash
 *                   go into the Store in one step
 *       Commands    each operation once (Sessions), whole or refused (Transaction.rollBack)
 *         NodeRegistry Tokens Layouts     who belongs to the cluster, and where slots are
 *         SaveReservations                       ids that were issued and are not committed
 *         DirectoryTree RemovedFiles      names, and what is left of removed ones
 *         Users Groups                    rights and wrapped secrets
 *     Queries FileIndex                   the same rows, read between two entries
 *     Backup RowCheck ConsistencyCheck    the same rows as a file, and whether they can be trusted
 *       RowKeys                           the key of every row
 * </pre>
 *
 * <p>The life of a file id: every arrow is an operation in the log (rule 3).
 *
 * <pre>
 *   (unknown) --Reserve--> open --Commit--> recorded --Commit or Rename over it, Remove--> removed --ForgetRemoved--> dead --> swept
 *                            |                  \--the same, with a trash--> trashed --Discard--^     (--Untrash--> recorded)
 *                            |                  \--a directory above it is removed----------^
 *                            \--Abandon, EndSession--> dead --> swept
 * </pre>
 */
@NullMarked
package io.trivet.namespace;

import org.jspecify.annotations.NullMarked;
