/**
 * Authentication, authorization, limits and the audit log.
 *
 * <p>Invariant: every request is checked by {@link io.trivet.node.access.AccessRules} before
 * anything is done for it; what is not granted is refused. May import node.keys, node.raft,
 * node.cluster, node.identity, authority, file, namespace, model and wire.
 */
@NullMarked
package io.trivet.node.access;

import org.jspecify.annotations.NullMarked;
