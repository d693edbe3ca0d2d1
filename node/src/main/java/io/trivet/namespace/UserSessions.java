package io.trivet.namespace;

/** The number of a user's sessions, and of open reservations in them. */
public record UserSessions(int sessions, int reservations) {}
