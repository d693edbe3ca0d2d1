package io.trivet.model;

/**
 * What a user has.
 *
 * @param bytes of its files, named and in the trash; 0 while nothing is counted, and {@code files}
 *     likewise
 * @param sessions open now
 */
public record UserUse(long bytes, long files, int sessions) {}
