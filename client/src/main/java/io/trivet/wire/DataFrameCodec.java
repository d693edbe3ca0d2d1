package io.trivet.wire;

import io.trivet.message.StateCodec;
import io.trivet.message.WireMessages;
import io.trivet.model.Sha256;
import java.io.IOException;
import java.net.ProtocolException;
import org.jspecify.annotations.Nullable;

/** Converts the frames of a chunk transfer to messages of {@code wire.proto}, and back. */
final class DataFrameCodec {
    private DataFrameCodec() {}

    static WireMessages.Piece piece(int[] blockCrcs) {
        WireMessages.Piece.Builder piece = WireMessages.Piece.newBuilder();
        for (int crc : blockCrcs) {
            piece.addBlockCrc32C(crc);
        }
        return piece.build();
    }

    static DataFrame.Bytes bytes(byte[] header) throws IOException {
        WireMessages.Piece piece = WireMessages.Piece.parseFrom(header);
        return new DataFrame.Bytes(
                piece.getBlockCrc32CList().stream().mapToInt(Integer::intValue).toArray());
    }

    static WireMessages.PiecesEnd end(int length, int crc32c, @Nullable Sha256 sha256) {
        return WireMessages.PiecesEnd.newBuilder()
                .setLength(length)
                .setCrc32C(crc32c)
                .setSha256(StateCodec.bytes(sha256))
                .build();
    }

    static DataFrame.End end(byte[] header) throws IOException {
        WireMessages.PiecesEnd end = WireMessages.PiecesEnd.parseFrom(header);
        try {
            return new DataFrame.End(end.getLength(), end.getCrc32C(), StateCodec.sha256(end.getSha256()));
        } catch (IllegalArgumentException e) {
            throw new ProtocolException(String.valueOf(e.getMessage()));
        }
    }
}
