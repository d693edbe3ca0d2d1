/**
 * What this node knows of the cluster: the view, addresses, whom to trust, who leads, what time it
 * is.
 *
 * <p>Invariant: a view never goes back to an older version. May import node.identity, client, file, message,
 * model and wire.
 */
@NullMarked
package io.trivet.node.cluster;

import org.jspecify.annotations.NullMarked;
