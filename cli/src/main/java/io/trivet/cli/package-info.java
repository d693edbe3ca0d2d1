/**
 * The command line: one class per command, in a package for each noun, made of options and a plain
 * {@code run} that needs no parser. This package has the parts that know all commands.
 *
 * <p>Invariant: only this package and its subpackages print and exit. A command accesses its
 * environment (streams, terminal, variables, working directory) through a {@link
 * io.trivet.cli.terminal.Console}, the cluster through a {@link io.trivet.client.TrivetClient}. A
 * failure is one line on standard error that says what failed, which object it concerns, and what
 * to do, without a stack trace unless TRIVET_DEBUG=1 is set. External text (names, messages) is
 * printed with control characters escaped. Messages are {@link io.trivet.cli.text.Text}s, which the
 * console prints in the user's language; English costs nothing, another language one catalogue,
 * read at its first message. May import anything of Trivet; no other module imports it.
 */
@NullMarked
package io.trivet.cli;

import org.jspecify.annotations.NullMarked;
