/**
 * Builds what users install: one staged tree (program, jars, a runtime of its own), its manual and
 * completions, and from them a {@code tar.gz}, a Debian package and an image for containers. Runs
 * during the build of Trivet and is in none of them.
 *
 * <p>The invariant: equal sources, JDK and platform give equal bytes. So nothing here uses a clock,
 * the order of a directory, or the identity of the builder; every time in an archive is the one
 * that the build states. May import only the JDK.
 */
@NullMarked
package io.trivet.packages;

import org.jspecify.annotations.NullMarked;
