@NullMarked
package io.trivet.repair;

import org.jspecify.annotations.NullMarked;
