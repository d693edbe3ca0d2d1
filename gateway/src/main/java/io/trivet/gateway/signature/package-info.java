/**
 * Signature version 4 of AWS, as S3 uses it: in the header {@code Authorization} or in the query,
 * over the whole body, no body, or a body in signed pieces.
 *
 * <p>Pure: it opens nothing, and is told the time. Invariants: what a signature covers is what was
 * received, byte for byte, in the encoding that S3 defines; a key of S3 that was not proven to be
 * the caller's reaches nothing else; whatever a stranger sends, memory has a bound.
 */
@NullMarked
package io.trivet.gateway.signature;

import org.jspecify.annotations.NullMarked;
