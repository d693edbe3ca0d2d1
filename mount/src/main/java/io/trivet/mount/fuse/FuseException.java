package io.trivet.mount.fuse;

/** A request that is answered with an error. It has no stack trace: it is an answer, not a defect. */
public final class FuseException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Errno errno;

    public FuseException(Errno errno) {
        super(errno.name(), null, false, false);
        this.errno = errno;
    }

    public Errno errno() {
        return errno;
    }
}
