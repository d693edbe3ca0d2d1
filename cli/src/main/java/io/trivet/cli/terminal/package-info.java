/**
 * The terminal and the process of a command: streams, width, standard input, local names, logs.
 *
 * <p>May import cli.text.
 */
@NullMarked
package io.trivet.cli.terminal;

import org.jspecify.annotations.NullMarked;
