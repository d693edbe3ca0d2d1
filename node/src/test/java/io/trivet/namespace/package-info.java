/**
 * Tests the namespace without a quorum: its rules one by one, and as a whole against a reference
 * that is obviously correct.
 */
@NullMarked
package io.trivet.namespace;

import org.jspecify.annotations.NullMarked;
