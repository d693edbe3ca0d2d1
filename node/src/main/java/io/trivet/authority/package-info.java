/**
 * The cluster's own certificate authority, and the keys that the cluster keeps for itself.
 *
 * <pre>
 *   DIR/private-key    every node    its key pair, PEM; made once, before anybody hears of the node; never leaves the server
 *   DIR/certificate    every node    its certificate and the authority's, PEM; replaced when it is renewed
 *   DIR/cluster-keys   masters       the authority's key, and the key that wraps what the namespace keeps secret
 * </pre>
 *
 * <p>Invariant: private keys are in these files (mode 0600) and in memory, nowhere else: not in the
 * log, a snapshot, a backup or a message, but for the one that brings {@code cluster-keys} from the
 * leader to a node that takes a seat, under TLS. A certificate is signed only for the key that the
 * namespace knows the node by. May import model, file and wire. Knows no quorum and opens no
 * connection.
 */
@NullMarked
package io.trivet.authority;

import org.jspecify.annotations.NullMarked;
