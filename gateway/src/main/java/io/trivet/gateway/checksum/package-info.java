/** The checksums that clients send along with a body: computed while it passes, compared at its end. Pure. */
@NullMarked
package io.trivet.gateway.checksum;

import org.jspecify.annotations.NullMarked;
