/** Tests of the package of this name. */
@NullMarked
package io.trivet.mount.fuse;

import org.jspecify.annotations.NullMarked;
