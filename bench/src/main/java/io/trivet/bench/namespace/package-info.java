/**
 * Measures the namespace at scale: a cluster of three node processes whose namespace has millions
 * of generated files.
 *
 * <p>The generated files have names, records and ids as saves would have left them, made by the
 * state machine's own commands. They have no chunks, so none can be loaded, and a census finds all
 * of them missing. May import anything; no other module imports it.
 */
@NullMarked
package io.trivet.bench.namespace;

import org.jspecify.annotations.NullMarked;
