/**
 * Grows and shrinks clusters of which only the layouts exist: what {@code bench/simulate} prints. A
 * function of its seed, but for the times.
 *
 * <p>May import {@code model} and {@code placement}; nobody imports it.
 */
@NullMarked
package io.trivet.bench.placement;

import org.jspecify.annotations.NullMarked;
