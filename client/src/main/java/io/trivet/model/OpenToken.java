package io.trivet.model;

import java.time.Instant;

/**
 * A valid join token as the namespace knows it, without its secret.
 *
 * @param id how operators name it: the first characters of the SHA-256 of its secret
 * @param uses how many more nodes may join with it
 */
public record OpenToken(String id, Instant expires, int uses) {}
