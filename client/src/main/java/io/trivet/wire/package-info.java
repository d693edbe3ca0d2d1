/**
 * The one protocol of clients and nodes: TCP, TLS 1.3 unless the cluster is plaintext, a preface,
 * then frames. One request at a time on a connection; connections are pooled.
 *
 * <pre>
 *   connection := preface of the caller, then frames             preface of the listener, then frames
 *
 *   preface    := magic "TRIVET" (6) | version (2) | cluster (16)        all numbers big-endian
 *                 a caller that does not know the cluster yet sends zeros
 *
 *   frame      := type (1) | header length (3) | body length (4) | header | body
 *
 *   type         header        body                  sender
 *   1 REQUEST    Request       bytes of quorum_call  the caller; begins an exchange
 *   2 PIECE      Piece         chunk bytes           either; 64 KiB blocks, the last may be shorter
 *   3 END        PiecesEnd     none                  either; ends the pieces, with length and checksum
 *   4 RESPONSE   Response      bytes of quorum_reply the listener; ends an exchange, or (Fetched)
 *                                                    begins pieces
 *
 *   exchanges    REQUEST                     -> RESPONSE
 *                REQUEST store, PIECE*, END  -> RESPONSE
 *                REQUEST fetch               -> RESPONSE fetched, PIECE*, then END, or a RESPONSE
 *                                               that refuses, between pieces
 * </pre>
 *
 * <p>Invariant: every length is bounded before memory is taken. Every wait has a deadline. A closed
 * socket never means that everything arrived. A bad frame ends its connection and has no other
 * effect. Before a caller sends a byte of a request, the listener has proved that it has a
 * certificate of the authority that the caller trusts ({@link io.trivet.wire.TransportSecurity}).
 * Only {@link io.trivet.wire.Connector} makes connections and only {@link io.trivet.wire.Acceptor}
 * accepts them. May import model, message and thread.
 */
@NullMarked
package io.trivet.wire;

import org.jspecify.annotations.NullMarked;
