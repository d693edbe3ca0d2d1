/**
 * The nouns of Trivet, as records: ids, chunks, files, nodes, layouts, and what can be refused.
 *
 * <p>Invariant: a value that exists is valid; everything is checked in its constructor. Nothing
 * here touches a clock, a thread, randomness, a file or a socket. May import nothing of Trivet.
 */
@NullMarked
package io.trivet.model;

import org.jspecify.annotations.NullMarked;
