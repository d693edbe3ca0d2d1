package io.trivet.wire.protocol;

import com.google.protobuf.ByteString;
import io.trivet.message.WireMessages;
import io.trivet.model.RemotePath;
import io.trivet.model.Slot;

/** Converts the requests and replies with which receipts are signed. */
final class ReceiptCodec {
    private ReceiptCodec() {}

    static WireMessages.Request.SignReceipt to(Request.SignReceipt sign) {
        return WireMessages.Request.SignReceipt.newBuilder()
                .setPath(sign.path().toString())
                .setHead(ByteString.copyFrom(sign.head()))
                .setFirst(sign.first().number())
                .addAllChunks(sign.chunks().stream().map(ChunkCodec::to).toList())
                .build();
    }

    static Request.SignReceipt from(WireMessages.Request.SignReceipt message) {
        return new Request.SignReceipt(
                RemotePath.parse(message.getPath()),
                message.getHead().toByteArray(),
                new Slot(message.getFirst()),
                message.getChunksList().stream().map(ChunkCodec::from).toList());
    }

    static WireMessages.Response.Signed to(Reply.Signed signed) {
        return WireMessages.Response.Signed.newBuilder()
                .setLine(signed.line())
                .setSignature(ByteString.copyFrom(signed.signature()))
                .addAllChain(signed.chain().stream().map(ByteString::copyFrom).toList())
                .build();
    }

    static Reply.Signed from(WireMessages.Response.Signed message) {
        return new Reply.Signed(
                message.getLine(),
                message.getSignature().toByteArray(),
                message.getChainList().stream().map(ByteString::toByteArray).toList());
    }
}
