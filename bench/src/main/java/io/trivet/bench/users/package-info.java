/**
 * What is left for users while the cluster looks after itself. {@code bench/users} starts the processes.
 *
 * <p>May import the client; nobody imports it.
 */
@NullMarked
package io.trivet.bench.users;

import org.jspecify.annotations.NullMarked;
