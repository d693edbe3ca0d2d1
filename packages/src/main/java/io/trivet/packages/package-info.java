/**
 * Makes what users install: one staged tree (program, jars, a runtime of its own), its manual and
 * completions, and from them a {@code tar.gz}, a Debian package and an image for containers. Runs
 * while Trivet is built and is in none of them.
 *
 * <p>The invariant: equal sources, JDK and platform give equal bytes. So nothing here looks at a
 * clock, at the order of a directory or at who builds; every time in an archive is the one that the
 * build names. May import the JDK alone.
 */
@NullMarked
package io.trivet.packages;

import org.jspecify.annotations.NullMarked;
