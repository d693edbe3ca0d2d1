/**
 * The cluster's own certificate authority, and the keys of nodes and of the cluster.
 *
 * <pre>
 *   DIR/private-key    every node    its key pair, PEM; made once, before the cluster hears of the node;
 *                                    never leaves the server
 *   DIR/certificate    every node    its certificate and the authority's, PEM; replaced when renewed
 *   DIR/cluster-keys   masters       the authority's key, and the key that wraps the namespace's secrets
 * </pre>
 *
 * <p>Invariant: private keys are only in these files (mode 0600) and in memory, not in the log, a
 * checkpoint, a backup or a message, except the one that brings {@code cluster-keys} from the
 * leader to a node that takes a seat, under TLS. A certificate is signed only for the node key in
 * the namespace. May import model, file and wire. Knows no quorum and opens no connection.
 */
@NullMarked
package io.trivet.authority;

import org.jspecify.annotations.NullMarked;
