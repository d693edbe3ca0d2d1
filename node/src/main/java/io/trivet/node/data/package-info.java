/**
 * Requests that move chunks: store, forward, fetch, verify, and what repair needs from its node.
 *
 * <p>Invariant: a chunk is acknowledged only when it is on stable storage, in a batch each by
 * itself. May import node.access, node.keys, node.raft, node.cluster, node.identity, authority,
 * chunk, file, namespace, repair, model and wire.
 */
@NullMarked
package io.trivet.node.data;

import org.jspecify.annotations.NullMarked;
