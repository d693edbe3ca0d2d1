package io.trivet.client;

import org.jspecify.annotations.Nullable;

/** What the leader answered, and the token that came with it, if one did. */
record AnswerWithToken<T>(T value, @Nullable RenewableToken token) {}
