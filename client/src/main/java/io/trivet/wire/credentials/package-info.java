/**
 * What proves who is at the other end of a connection: secrets, tokens, certificates, and what a
 * caller trusts.
 *
 * <p>Invariant: no {@code toString} shows a secret; comparisons of secrets take the same time
 * wherever they differ. May import model and message.
 */
@NullMarked
package io.trivet.wire.credentials;

import org.jspecify.annotations.NullMarked;
