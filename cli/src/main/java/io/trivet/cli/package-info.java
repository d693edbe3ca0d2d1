/**
 * The command line: one class per command, in a package for each noun, made of options and a plain
 * {@code run} that needs no parser. At the top is what knows all of them.
 *
 * <p>Invariant: only this package and those in it print and exit. Everything a command touches of its
 * surroundings (streams, terminal, environment, working directory) comes through a {@link
 * io.trivet.cli.terminal.Console}, everything of the cluster through a {@link
 * io.trivet.client.TrivetClient}; a failure is one line on standard error that says what, which, and
 * what to do, and never a stack trace unless TRIVET_DEBUG=1 asks for it. Whatever comes from
 * elsewhere (names, messages) is printed with its control characters escaped. What is said is a
 * {@link io.trivet.cli.text.Text}, which the console prints in the language of whoever reads it;
 * English costs nothing, other languages one catalogue when the first of their sentences is said.
 * May import anything of Trivet; nobody imports it.
 */
@NullMarked
package io.trivet.cli;

import org.jspecify.annotations.NullMarked;
