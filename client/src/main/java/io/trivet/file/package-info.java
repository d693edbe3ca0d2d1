/**
 * Small local files that survive a crash: written whole to a temporary name, fsynced, renamed, and
 * the directory fsynced. Files with secrets are readable only by their owner.
 *
 * <p>Invariant: before a write returns, the file is the old one or the new one, complete;
 * afterwards it is the new one and on stable storage. May import nothing of Trivet but model.
 */
@NullMarked
package io.trivet.file;

import org.jspecify.annotations.NullMarked;
