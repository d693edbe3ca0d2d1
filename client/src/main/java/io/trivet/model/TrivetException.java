package io.trivet.model;

import org.jspecify.annotations.Nullable;

/** The one exception of the API: an expected failure, described by its {@link Refusal}. */
public final class TrivetException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Refusal refusal;

    public TrivetException(Refusal refusal) {
        this(refusal, null);
    }

    public TrivetException(Refusal refusal, @Nullable Throwable cause) {
        super(refusal.message(), cause);
        this.refusal = refusal;
    }

    public static TrivetException of(Refusal.Kind kind, String subject, String detail) {
        return new TrivetException(new Refusal(kind, subject, detail));
    }

    public Refusal refusal() {
        return refusal;
    }

    public Refusal.Kind kind() {
        return refusal.kind();
    }
}
