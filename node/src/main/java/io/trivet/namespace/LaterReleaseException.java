package io.trivet.namespace;

/**
 * Something was written by a later release, which this one cannot read. It stops without damage to
 * log and state, until a release that knows the format is started. If it continued, this master's
 * state would differ from the others'.
 */
public final class LaterReleaseException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /** @param what names what was found, and ends in what is wrong with it */
    public LaterReleaseException(String what) {
        super(what + ": start the release that wrote it, or a newer one, and this master goes on");
    }
}
