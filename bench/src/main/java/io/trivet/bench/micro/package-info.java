/**
 * What is small and done often, measured by JMH: {@code bench/micro} runs it. One class for each
 * thing; what only the wire may see is measured in a package of its name.
 *
 * <p>May import anything; nobody imports it.
 */
@NullMarked
package io.trivet.bench.micro;

import org.jspecify.annotations.NullMarked;
