/**
 * Requests and replies, and their conversion to messages of {@code wire.proto} and back.
 *
 * <p>Invariant: bytes that are not a valid message throw {@link java.net.ProtocolException} and
 * nothing else; every list and string has a bound before memory is taken. May import
 * wire.credentials, model and message.
 */
@NullMarked
package io.trivet.wire.protocol;

import org.jspecify.annotations.NullMarked;
