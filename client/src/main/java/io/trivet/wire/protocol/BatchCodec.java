package io.trivet.wire.protocol;

import com.google.protobuf.ByteString;
import io.trivet.message.CommandCodec;
import io.trivet.message.QueryCodec;
import io.trivet.message.StateCodec;
import io.trivet.message.WireMessages;
import io.trivet.model.ChunkSize;
import io.trivet.model.RemotePath;
import io.trivet.model.Sha256;
import io.trivet.model.Slot;

/** The part of {@link WireCodec} for many operations, questions or chunks in one request. */
final class BatchCodec {
    private BatchCodec() {}

    static WireMessages.Request.SubmitAll to(Request.SubmitAll all) {
        return WireMessages.Request.SubmitAll.newBuilder()
                .addAllOperations(
                        all.operations().stream().map(CommandCodec::to).toList())
                .build();
    }

    static Request.SubmitAll from(WireMessages.Request.SubmitAll message) {
        return new Request.SubmitAll(
                message.getOperationsList().stream().map(CommandCodec::from).toList());
    }

    static WireMessages.Request.AskAll to(Request.AskAll all) {
        return WireMessages.Request.AskAll.newBuilder()
                .addAllQuestions(all.queries().stream().map(QueryCodec::to).toList())
                .build();
    }

    static Request.AskAll from(WireMessages.Request.AskAll message) {
        return new Request.AskAll(
                message.getQuestionsList().stream().map(QueryCodec::from).toList());
    }

    static WireMessages.Request.StoreChunks to(Request.StoreChunks store) {
        return WireMessages.Request.StoreChunks.newBuilder()
                .addAllChunks(store.chunks().stream().map(BatchCodec::to).toList())
                .addAllChain(ChunkCodec.numbers(store.chain()))
                .setHop(store.hop())
                .build();
    }

    static Request.StoreChunks from(WireMessages.Request.StoreChunks message) {
        return new Request.StoreChunks(
                message.getChunksList().stream().map(BatchCodec::from).toList(),
                ChunkCodec.nodes(message.getChainList()),
                message.getHop());
    }

    private static WireMessages.Request.SmallChunk to(Request.SmallChunk chunk) {
        return WireMessages.Request.SmallChunk.newBuilder()
                .setChunk(ChunkCodec.to(chunk.chunk()))
                .setFirst(chunk.first().number())
                .setChunkSize(chunk.chunkSize().bytes())
                .setLength(chunk.length())
                .setLast(chunk.last())
                .setPath(chunk.path().toString())
                .setCrc32C(chunk.crc32c())
                .setSha256(StateCodec.bytes(chunk.sha256()))
                .build();
    }

    private static Request.SmallChunk from(WireMessages.Request.SmallChunk message) {
        Sha256 sha256 = StateCodec.sha256(message.getSha256());
        if (sha256 == null) {
            throw new IllegalArgumentException("a small chunk comes with its sha256");
        }
        return new Request.SmallChunk(
                ChunkCodec.from(message.getChunk()),
                new Slot(message.getFirst()),
                new ChunkSize(message.getChunkSize()),
                message.getLength(),
                message.getLast(),
                RemotePath.parse(message.getPath()),
                message.getCrc32C(),
                sha256);
    }

    static WireMessages.Request.FetchChunks to(Request.FetchChunks fetch) {
        return WireMessages.Request.FetchChunks.newBuilder()
                .addAllChunks(fetch.chunks().stream()
                        .map(chunk -> WireMessages.Request.WantedChunk.newBuilder()
                                .setChunk(ChunkCodec.to(chunk.chunk()))
                                .setFirst(chunk.first().number())
                                .setLength(chunk.length())
                                .setToken(ByteString.copyFrom(chunk.token()))
                                .build())
                        .toList())
                .build();
    }

    static Request.FetchChunks from(WireMessages.Request.FetchChunks message) {
        return new Request.FetchChunks(message.getChunksList().stream()
                .map(chunk -> new Request.WantedChunk(
                        ChunkCodec.from(chunk.getChunk()),
                        new Slot(chunk.getFirst()),
                        chunk.getLength(),
                        chunk.getToken().toByteArray()))
                .toList());
    }

    static WireMessages.Response.StoredEach to(Reply.StoredEach each) {
        return WireMessages.Response.StoredEach.newBuilder()
                .addAllStored(each.stored().stream().map(ChunkCodec::to).toList())
                .build();
    }

    static Reply.StoredEach from(WireMessages.Response.StoredEach message) {
        return new Reply.StoredEach(
                message.getStoredList().stream().map(ChunkCodec::from).toList());
    }

    static WireMessages.Response.FetchedEach to(Reply.FetchedEach each) {
        WireMessages.Response.FetchedEach.Builder builder = WireMessages.Response.FetchedEach.newBuilder();
        for (Reply.FetchedChunk chunk : each.chunks()) {
            WireMessages.Response.FetchedChunk.Builder one =
                    builder.addChunksBuilder().setSha256(StateCodec.bytes(chunk.sha256()));
            if (chunk.refusal() != null) {
                one.setRefused(StateCodec.to(chunk.refusal()));
            }
        }
        return builder.build();
    }

    static Reply.FetchedEach from(WireMessages.Response.FetchedEach message) {
        return new Reply.FetchedEach(message.getChunksList().stream()
                .map(chunk -> new Reply.FetchedChunk(
                        chunk.hasRefused() ? StateCodec.from(chunk.getRefused()) : null,
                        StateCodec.sha256(chunk.getSha256())))
                .toList());
    }
}
