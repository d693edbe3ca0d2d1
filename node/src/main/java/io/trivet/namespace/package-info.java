/**
 * The namespace as a state machine: directories, records, ids, open saves, sessions, nodes, layouts and settings.
 *
 * <p>Invariant: (state, command) -> (state, outcome) is a function. No clock, no randomness, no thread, no I/O but the {@link
 * io.trivet.namespace.Store}; time comes with the batch and never goes back. So every replica that applies the same log holds the same state, and all
 * of it can be tested without a quorum. May import model, message and placement.
 */
@NullMarked
package io.trivet.namespace;

import org.jspecify.annotations.NullMarked;
