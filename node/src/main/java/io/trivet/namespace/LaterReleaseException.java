package io.trivet.quorum;

/**
 * An entry of the log was written by a later release, which this one cannot apply: it stops here, its log as good as ever, until a release that knows the
 * entry is started. To go on without it would make this master's state differ from the others'.
 */
final class LaterReleaseException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    LaterReleaseException(long index, String what) {
        super("entry " + index + " of the quorum's log " + what
                + ": start the release that wrote it, or a newer one, and this master goes on");
    }
}
