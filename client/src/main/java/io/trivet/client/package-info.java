/**
 * The client library: connect to a cluster, then save, load, stream, list, rename, remove.
 *
 * <p>Invariant: an acknowledged save is complete: R replicas of every chunk are on stable storage,
 * and a majority of the masters has the name. Before that, no client sees any of it. Memory is
 * bounded, whatever the size of a file. May import model, thread, message, placement, file and wire.
 */
@NullMarked
package io.trivet.client;

import org.jspecify.annotations.NullMarked;
