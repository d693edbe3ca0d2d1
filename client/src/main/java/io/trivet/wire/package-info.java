/**
 * The one protocol, for clients and nodes alike: TCP, TLS 1.3 unless the cluster was made without,
 * a preface, then frames; one request at a time on a connection; connections are pooled.
 *
 * <pre>
 *   connection := preface of the caller, then frames             preface of the listener, then frames
 *
 *   preface    := magic "TRIVET" (6) | version (2) | cluster (16)        all numbers big-endian
 *                 a caller that does not know the cluster yet sends zeros
 *
 *   frame      := type (1) | header length (3) | body length (4) | header | body
 *
 *   type         header        body                  who
 *   1 REQUEST    Request       bytes of quorum_call  the caller; begins an exchange
 *   2 PIECE      Piece         chunk bytes           whoever sends a chunk; 64 KiB blocks, the last may be shorter
 *   3 END        PiecesEnd     none                  ends the pieces, with their length and checksum
 *   4 RESPONSE   Response      bytes of quorum_reply the listener; ends an exchange, or (Fetched) begins pieces
 *
 *   exchanges    REQUEST                     -> RESPONSE
 *                REQUEST store, PIECE*, END  -> RESPONSE
 *                REQUEST fetch               -> RESPONSE fetched, PIECE*, then END, or RESPONSE refused in the midst of it
 * </pre>
 *
 * <p>Invariant: every length is bounded before memory is taken; every wait has a deadline; a closed
 * socket is never how anyone learns that all arrived; a bad frame ends that connection and nothing
 * else; before a byte of a request is sent the listener has proved to have a certificate of the
 * authority that the caller believes ({@link io.trivet.wire.TransportSecurity}). Connections are
 * made in {@link io.trivet.wire.Connector} and accepted in {@link io.trivet.wire.Acceptor} and
 * nowhere else. May import model, message and thread.
 */
@NullMarked
package io.trivet.wire;

import org.jspecify.annotations.NullMarked;
