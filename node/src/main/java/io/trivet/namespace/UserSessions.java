package io.trivet.namespace;

/** How many sessions a user has, and reservations open in them. */
public record UserSessions(int sessions, int reservations) {}
