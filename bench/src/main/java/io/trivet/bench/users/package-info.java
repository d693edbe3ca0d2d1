/**
 * The throughput left for users during background work. {@code bench/users} starts the processes.
 *
 * <p>May import the client; no other module imports it.
 */
@NullMarked
package io.trivet.bench.users;

import org.jspecify.annotations.NullMarked;
