package io.trivet.model;

import java.time.Instant;

/**
 * A join token that still lets somebody in, as the namespace knows it: without its secret.
 *
 * @param id by which operators name it: the first characters of the SHA-256 of its secret
 * @param uses how many nodes it lets in yet
 */
public record OpenToken(String id, Instant expires, int uses) {}
