/**
 * Grows and shrinks clusters that consist only of layouts: the output of {@code bench/simulate}.
 * Deterministic for a seed, except the times.
 *
 * <p>May import {@code model} and {@code placement}; no other module imports it.
 */
@NullMarked
package io.trivet.bench.placement;

import org.jspecify.annotations.NullMarked;
