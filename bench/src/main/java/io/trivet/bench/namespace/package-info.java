/**
 * Measures the namespace at scale: a cluster of three node processes whose namespace has millions
 * of files, made by a generator.
 *
 * <p>The generated files have names, records and ids as saves would have left them, made by the
 * state machine's own commands; their chunks are nowhere, so nothing of them can be loaded, and a
 * census finds all of them missing. May import anything; nobody imports it.
 */
@NullMarked
package io.trivet.bench.namespace;

import org.jspecify.annotations.NullMarked;
