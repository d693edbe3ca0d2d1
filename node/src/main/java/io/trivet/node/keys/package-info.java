/**
 * Keys and certificates of this node, and of the cluster where this node is a master: made,
 * renewed, rotated.
 *
 * <p>Invariant: a key is durable before anything is protected with it, and goes only when nothing
 * needs it. May import node.seat, node.cluster,
 * node.identity, authority, client, file, namespace, model and wire.
 */
@NullMarked
package io.trivet.node.keys;

import org.jspecify.annotations.NullMarked;
