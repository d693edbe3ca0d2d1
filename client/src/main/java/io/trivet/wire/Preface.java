package io.trivet.wire;

import io.trivet.model.ClusterId;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/**
 * The first bytes in each direction of a connection; drawn on the package's page.
 *
 * @param cluster {@link #UNKNOWN} from a caller that does not know it yet
 */
public record Preface(int version, ClusterId cluster) {
    public static final int BYTES = 24;
    static final int VERSION = 1;
    static final ClusterId UNKNOWN = new ClusterId(new UUID(0, 0));

    /** The first byte of a connection under TLS. */
    static final byte TLS_HANDSHAKE = 22;

    private static final byte[] MAGIC = "TRIVET".getBytes(StandardCharsets.US_ASCII);

    static Preface of(ClusterId cluster) {
        return new Preface(VERSION, cluster);
    }

    public void write(ByteBuffer out) {
        out.put(MAGIC).putShort((short) version);
        out.putLong(cluster.value().getMostSignificantBits());
        out.putLong(cluster.value().getLeastSignificantBits());
    }

    /**
     * Throws {@link ProtocolException} unless the bytes are a preface of Trivet. The caller checks
     * the version.
     */
    static Preface read(ByteBuffer in) throws ProtocolException {
        byte[] magic = new byte[MAGIC.length];
        in.get(magic);
        if (magic[0] == TLS_HANDSHAKE) {
            throw new ProtocolException("the other side speaks TLS, and here nobody does");
        }
        if (!Arrays.equals(magic, MAGIC)) {
            throw new ProtocolException("the other side does not speak Trivet's protocol");
        }
        int version = Short.toUnsignedInt(in.getShort());
        return new Preface(version, new ClusterId(new UUID(in.getLong(), in.getLong())));
    }
}
