/** What the gateway refuses, in S3's words. May import nothing of Trivet. */
@NullMarked
package io.trivet.gateway.error;

import org.jspecify.annotations.NullMarked;
