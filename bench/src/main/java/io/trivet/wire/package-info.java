/** Benchmarks with package-private access to the wire. The package itself is in {@code client}. */
@NullMarked
package io.trivet.wire;

import org.jspecify.annotations.NullMarked;
