/**
 * Keys and certificates of this node, and on masters those of the cluster: made, renewed, rotated.
 *
 * <p>Invariant: a key is durable before anything is protected with it, and is deleted only when
 * nothing needs it. May import node.raft, node.cluster, node.identity, authority, client, file,
 * namespace, model and wire.
 */
@NullMarked
package io.trivet.node.keys;

import org.jspecify.annotations.NullMarked;
