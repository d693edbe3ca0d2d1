/**
 * Signed receipts of stored files, made by the leader and checked offline.
 *
 * <p>Invariant: what {@code verify} accepts was signed by a node with a certificate of the
 * authority that the reader names. May import wire.credentials, wire.protocol and model.
 */
@NullMarked
package io.trivet.wire.receipt;

import org.jspecify.annotations.NullMarked;
