/**
 * What travels and what rests, as bytes: the classes made from the {@code .proto} files, and their
 * translation from and to the model.
 *
 * <p>Invariant: what is read from bytes is a valid value of the model, or an {@link
 * java.lang.IllegalArgumentException}; nothing that crossed a network or lay on a disk is trusted
 * before it went through here. May import model.
 */
@NullMarked
package io.trivet.message;

import org.jspecify.annotations.NullMarked;
