/**
 * Signed receipts of stored files: made by the leader and the holders, verified offline.
 *
 * <p>Invariant: what {@code verify} accepts was signed by nodes with certificates of the authority
 * that the reader names. May import wire.credentials, wire.protocol and model.
 */
@NullMarked
package io.trivet.wire.receipt;

import org.jspecify.annotations.NullMarked;
