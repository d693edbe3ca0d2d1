/**
 * Commands for files and directories: save, load, sync, ls, cat, find, tree, mkdir, cp, mv, ln, readlink,
 * rm, stat, sum, touch, chmod, chown, attr, where, verify, receipts.
 *
 * <p>May import cli.progress, cli.remote and below.
 */
@NullMarked
package io.trivet.cli.files;

import org.jspecify.annotations.NullMarked;
