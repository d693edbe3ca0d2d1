package io.trivet.client;

import org.jspecify.annotations.Nullable;

/** The leader's answer, and the token that came with it, if any. */
record AnswerWithToken<T>(T value, @Nullable RenewableToken token) {}
