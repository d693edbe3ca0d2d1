package io.trivet.mount.fuse;

import java.io.IOException;

/** What answers the requests of the kernel. Called from several threads at once. */
public interface FileSystem {
    /**
     * Answers a request: writes what the request asks for, or nothing, and returns; a {@link
     * FuseException} is answered with its number.
     */
    void answer(RequestHeader header, Request request, Reply reply) throws IOException;

    /** The number that a failure other than {@link FuseException} is answered with. */
    Errno errno(Request request, Throwable failure);

    /**
     * Whether the request may take long, and has neither bytes nor a reply but success or an error. Then it does not
     * keep others from being answered. Does not wait.
     */
    boolean isLong(Request request);
}
