@NullMarked
package io.trivet.packages;

import org.jspecify.annotations.NullMarked;
