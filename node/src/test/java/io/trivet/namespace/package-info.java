/**
 * Tests of the namespace without a quorum: its rules one by one, and the whole against a reference
 * that is obviously right.
 */
@NullMarked
package io.trivet.namespace;

import org.jspecify.annotations.NullMarked;
