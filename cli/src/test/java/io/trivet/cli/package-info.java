/** Tests of the command line, on a cluster in memory, and of the rules of the packages. */
@NullMarked
package io.trivet.cli;

import org.jspecify.annotations.NullMarked;
