/**
 * The nouns of Trivet, as records: ids, chunks, files, nodes, layouts, and refusals.
 *
 * <p>Invariant: a value that exists is valid; its constructor checks it. Nothing here uses a clock,
 * a thread, randomness, a file or a socket. May import nothing of Trivet.
 */
@NullMarked
package io.trivet.model;

import org.jspecify.annotations.NullMarked;
