/** Tests of the command line, on a cluster that is kept in memory, and of the house. */
@NullMarked
package io.trivet.cli;

import org.jspecify.annotations.NullMarked;
