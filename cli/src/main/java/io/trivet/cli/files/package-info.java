/**
 * Commands for files and directories: save, load, ls, cat, mv, rm, stat, where, verify, receipts.
 *
 * <p>May import cli.progress, cli.remote and below.
 */
@NullMarked
package io.trivet.cli.files;

import org.jspecify.annotations.NullMarked;
