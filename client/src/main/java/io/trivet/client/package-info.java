/**
 * The client library: connect to a cluster, then save, load, stream, list, rename, remove.
 *
 * <p>Invariant: an acknowledged save is whole, R times on stable storage, and in the namespace of a
 * majority of masters; until then nobody sees anything of it. Memory is bounded and independent of
 * the size of a file. May import model, message, placement, file and wire.
 */
@NullMarked
package io.trivet.client;

import org.jspecify.annotations.NullMarked;
