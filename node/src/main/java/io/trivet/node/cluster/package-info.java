/**
 * What this node knows of the cluster: the view, addresses, trusted authorities, the leader, the
 * cluster's time.
 *
 * <p>Invariant: a view is never replaced by an older version. May import node.identity, client,
 * file, message, model and wire.
 */
@NullMarked
package io.trivet.node.cluster;

import org.jspecify.annotations.NullMarked;
