/** Benchmarks of what only the wire may see. The room itself is in {@code client}. */
@NullMarked
package io.trivet.wire;

import org.jspecify.annotations.NullMarked;
