package io.trivet.wire.receipt;

import io.trivet.model.NodeId;
import io.trivet.wire.credentials.Hmac;
import io.trivet.wire.protocol.Reply;
import java.nio.charset.StandardCharsets;

/** The MAC of a {@link io.trivet.model.StoreReceipt}. */
public final class ReceiptMac {
    private static final String LABEL = "trivet store receipt";

    private ReceiptMac() {}

    /**
     * The MAC, under the key of that id, for a chunk that this node has on stable storage in this
     * loss epoch. Throws {@link IllegalArgumentException} if the chunk's SHA-256 is unknown.
     */
    public static byte[] of(byte[] key, long id, NodeId node, long lossEpoch, Reply.Held held) {
        if (held.sha256() == null) {
            throw new IllegalArgumentException(held.chunk() + ": a receipt says the SHA-256");
        }
        String said = String.join(
                " ",
                Long.toString(id),
                node.toString(),
                Long.toString(lossEpoch),
                held.chunk().toString(),
                Integer.toString(held.length()),
                Integer.toHexString(held.crc32c()),
                held.sha256().toString());
        return Hmac.of(key, LABEL, said.getBytes(StandardCharsets.US_ASCII));
    }
}
