/**
 * One node's chunks on its disks: stored durably, found by name, read in verified pieces,
 * quarantined when bad.
 *
 * <p>A disk is a directory:
 *
 * <pre>
 *   trivet-disk                                     which cluster, node and disk this is (rule 12),
 *                                                   see {@link io.trivet.chunk.DiskIdentity}
 *   lock                                            held by the process that serves the disk
 *   chunks/0042/00000001-000000000000002a.part0001  a chunk in slot 42,
 *                                                   see {@link io.trivet.chunk.ChunkFormat}
 *   volumes/0000000001.volume                       many small chunks,
 *                                                   see {@code VolumeFormat}
 *   namespace-copy                                  a backup of the namespace, kept for a rescue
 *   temporary/                                      chunks that arrive; emptied at start
 *   quarantine/                                     replicas that cannot be trusted, with the time of
 *                                                   the move; an operator may delete them
 * </pre>
 *
 * <p>Invariant: a file under {@code chunks} was fsynced before it got its name, so it is complete
 * or was damaged later. A chunk is claimed only if its name is on stable storage too (rule 11).
 * A record of a volume was synced before the index in memory found it. Files have no index: they are
 * looked up by their path on each disk. The content of a name never changes (rule 1).
 *
 * <p>The package does not decide what may be deleted: only the sweeper and repair call {@link
 * io.trivet.chunk.ChunkStore#remove}. It never retries a failed fsync: the kernel may have dropped
 * what it could not write, and would then report success.
 *
 * <p>A thread inside a {@code FileChannel} must not be interrupted, and so neither must threads
 * that call this package: cancel them by closing their socket. May import model.
 */
@NullMarked
package io.trivet.chunk;

import org.jspecify.annotations.NullMarked;
