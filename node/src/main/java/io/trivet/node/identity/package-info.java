/**
 * This node's identity, in the files of its data directory: number, cluster, disks, loss epoch, and
 * the lock that lets only one process run.
 *
 * <p>Invariant: a damaged file is never taken for a fresh one. May import model, file, chunk,
 * wire.credentials and wire.protocol.
 */
@NullMarked
package io.trivet.node.identity;

import org.jspecify.annotations.NullMarked;
