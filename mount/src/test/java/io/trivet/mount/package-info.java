/** Tests of the package of this name. */
@NullMarked
package io.trivet.mount;

import org.jspecify.annotations.NullMarked;
