package io.trivet.node.access;

import io.trivet.model.NodeId;
import io.trivet.model.StoreReceipt;
import io.trivet.node.keys.TokenKeys;
import io.trivet.wire.credentials.Hmac;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.receipt.ReceiptMac;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Issues receipts for what this node has stored, and verifies those of all nodes, with the keys of
 * chunk tokens. Any thread.
 */
public final class StoreReceipts {
    private final NodeId self;
    private final TokenKeys keys;

    public StoreReceipts(NodeId self, TokenKeys keys) {
        this.self = self;
        this.keys = keys;
    }

    /**
     * The receipt for a chunk that is on stable storage here; null while the keys are not known, or
     * if the chunk has no SHA-256.
     */
    public @Nullable StoreReceipt of(Reply.Held held, long lossEpoch) {
        OptionalLong id = keys.newest();
        byte[] key = id.isPresent() ? keys.key(id.getAsLong()) : null;
        return key == null || held.sha256() == null
                ? null
                : new StoreReceipt(
                        self, lossEpoch, id.getAsLong(), ReceiptMac.of(key, id.getAsLong(), self, lossEpoch, held));
    }

    /** Whether a node of this cluster issued it for this chunk; false if it is too old to tell. */
    boolean isGood(StoreReceipt receipt, Reply.Held held) {
        byte[] key = keys.key(receipt.key());
        return key != null
                && Hmac.same(
                        ReceiptMac.of(key, receipt.key(), receipt.node(), receipt.lossEpoch(), held), receipt.mac());
    }
}
