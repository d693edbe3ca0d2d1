package io.trivet.namespace;

/**
 * Something was written by a later release, which this one cannot read: it stops here, log and
 * state as good as ever, until a release that knows the format is started. To go on without it
 * would make this master's state differ from the others'.
 */
public final class LaterReleaseException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /** @param what names what was found, and ends in what is wrong with it */
    public LaterReleaseException(String what) {
        super(what + ": start the release that wrote it, or a newer one, and this master goes on");
    }
}
