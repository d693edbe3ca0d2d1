/**
 * The formats on the wire and on disk: the classes generated from the {@code .proto} files, and
 * their conversion from and to the model.
 *
 * <p>Invariant: bytes become a valid value of the model, or an {@link
 * java.lang.IllegalArgumentException} is thrown. Nothing that came from a network or a disk is
 * trusted before it was converted here. May import model.
 */
@NullMarked
package io.trivet.message;

import org.jspecify.annotations.NullMarked;
