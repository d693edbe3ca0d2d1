/**
 * The process: wires the rooms together, answers requests.
 *
 * <p>Invariant: a request that names another node or another cluster is refused (rule 13); nothing
 * is acknowledged before the room that owns it says that it is durable. May import everything of
 * client and node but rescue.
 */
@NullMarked
package io.trivet.node;

import org.jspecify.annotations.NullMarked;
