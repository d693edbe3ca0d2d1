/**
 * How buckets and keys lie in the tree of names: a bucket is a directory below the root of the
 * gateway, a key is a path in it.
 *
 * <p>Invariant: keys are listed in the order of their bytes as whole strings, as S3 promises, though
 * a tree is read directory by directory; memory does not grow with the number of keys.
 */
@NullMarked
package io.trivet.gateway.key;

import org.jspecify.annotations.NullMarked;
