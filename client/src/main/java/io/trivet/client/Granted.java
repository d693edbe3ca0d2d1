package io.trivet.client;

import org.jspecify.annotations.Nullable;

/** What the leader answered, and the token that came with it, if one did. */
record Granted<T>(T value, @Nullable HeldToken token) {}
