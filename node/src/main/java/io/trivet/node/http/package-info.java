/**
 * The node's HTTP listener: metrics and health.
 *
 * <p>Jetty's core serves it, with threads, connections, headers and waits of its own, all bounded:
 * nothing that a caller does here reaches the threads and the memory of the node's port. Where it
 * cannot listen, or fails, the node goes on and tries again.
 *
 * <p>Invariant: without TLS it listens on loopback only, unless the whole cluster speaks plaintext.
 * May import node.metrics, model, file and wire.
 */
@NullMarked
package io.trivet.node.http;

import org.jspecify.annotations.NullMarked;
