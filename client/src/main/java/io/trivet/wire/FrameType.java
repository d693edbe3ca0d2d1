package io.trivet.wire;

import java.net.ProtocolException;

/** The type of a frame; see the package's page. */
enum FrameType {
    REQUEST(1),
    PIECE(2),
    END(3),
    RESPONSE(4);

    private final int code;

    FrameType(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static FrameType of(int code) throws ProtocolException {
        for (FrameType type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        throw new ProtocolException("no frame has type " + code);
    }
}
