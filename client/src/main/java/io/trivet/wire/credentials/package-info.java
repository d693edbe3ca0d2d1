/**
 * What authenticates the two ends of a connection: secrets, tokens, certificates, and which peers a
 * caller trusts.
 *
 * <p>Invariant: no {@code toString} shows a secret; secrets are compared in constant time. May
 * import model and message.
 */
@NullMarked
package io.trivet.wire.credentials;

import org.jspecify.annotations.NullMarked;
