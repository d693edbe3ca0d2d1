package io.trivet.model;

/**
 * What a user has.
 *
 * @param bytes of its files, with a name and in the trash; 0 as long as nobody's are counted, like {@code files}
 * @param sessions open now
 */
public record UserUse(long bytes, long files, int sessions) {}
