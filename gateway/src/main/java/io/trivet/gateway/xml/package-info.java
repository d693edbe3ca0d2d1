/** The documents of S3: written, and read with a bound on all that a stranger chooses. Without DTDs. */
@NullMarked
package io.trivet.gateway.xml;

import org.jspecify.annotations.NullMarked;
