/**
 * Commands that show the state of a cluster: status, debt, what-if, and the tables of nodes.
 *
 * <p>May import cli.trash, cli.progress, cli.remote and below.
 */
@NullMarked
package io.trivet.cli.status;

import org.jspecify.annotations.NullMarked;
