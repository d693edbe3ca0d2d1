/**
 * The process: wires the packages together and answers requests.
 *
 * <p>Invariant: a request that names another node or cluster is refused (rule 13). Nothing is
 * acknowledged before the responsible package says that it is durable. May import everything of
 * client and node except rescue.
 */
@NullMarked
package io.trivet.node;

import org.jspecify.annotations.NullMarked;
