/**
 * Small local files that survive a crash: written whole to a temporary name, fsynced, renamed, and
 * the directory fsynced; readable by their owner alone where they hold secrets.
 *
 * <p>Invariant: after a write returns the file is the new one, whole and on stable storage; before,
 * it is the old one. May import nothing of Trivet but model.
 */
@NullMarked
package io.trivet.file;

import org.jspecify.annotations.NullMarked;
