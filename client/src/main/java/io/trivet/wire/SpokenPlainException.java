package io.trivet.wire;

import java.net.ProtocolException;
import java.nio.ByteBuffer;

/** A caller began in plaintext where TLS is required. */
final class SpokenPlainException extends ProtocolException {
    private static final long serialVersionUID = 1;

    private final transient ByteBuffer said;

    /** @param said the bytes received so far */
    SpokenPlainException(ByteBuffer said) {
        super("the caller speaks without TLS");
        this.said = said;
    }

    ByteBuffer said() {
        return said;
    }
}
