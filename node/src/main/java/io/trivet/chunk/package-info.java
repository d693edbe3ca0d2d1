/**
 * One node's chunks on its disks: stored durably, found by their name, read in verified pieces,
 * quarantined when they are bad.
 *
 * <p>A disk is a directory:
 *
 * <pre>
 *   trivet-disk                                         which cluster, node and disk this is (rule 12), see {@link io.trivet.chunk.DiskIdentity}
 *   lock                                                held by the process that serves the disk
 *   chunks/0042/00000001-000000000000002a.part0001      a chunk in slot 42, see {@link io.trivet.chunk.ChunkFormat}
 *   namespace-copy                                      the names of all files, some time ago: the node keeps it there, for a rescue
 *   temporary/                                          chunks on their way in; emptied at start
 *   quarantine/                                         replicas that cannot be trusted, with the time they were moved; a person may delete them
 * </pre>
 *
 * <p>Invariant: a file under {@code chunks} was fsynced before it got its name, so it is whole or
 * was damaged later; and nothing is claimed to be here whose name is not on stable storage too
 * (rule 11). There is no index in memory: a chunk is looked up by its path on each disk. What one
 * name holds never changes (rule 1).
 *
 * <p>Refuses to decide what may go: {@link io.trivet.chunk.ChunkStore#remove} is for the sweeper
 * alone, which asks the quorum first. Refuses to retry a failed fsync: the kernel may have dropped
 * what it could not write, and would then answer that all is well.
 *
 * <p>No thread inside a {@code FileChannel} may be interrupted, so the threads that call this
 * package must not be: cancel by closing their socket. May import model.
 */
@NullMarked
package io.trivet.chunk;

import org.jspecify.annotations.NullMarked;
