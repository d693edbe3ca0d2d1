/**
 * JMH benchmarks of small, frequent operations: {@code bench/micro} runs them. One class for each;
 * those that need package-private access to the wire are in a package of its name.
 *
 * <p>May import anything; no other module imports it.
 */
@NullMarked
package io.trivet.bench.micro;

import org.jspecify.annotations.NullMarked;
