/**
 * Messages for people and their languages: texts, units, help, error messages, exit codes.
 *
 * <p>May import nothing else of cli.
 */
@NullMarked
package io.trivet.cli.text;

import org.jspecify.annotations.NullMarked;
