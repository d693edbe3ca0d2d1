package io.trivet.wire.protocol;

import io.trivet.message.StateCodec;
import io.trivet.message.WireMessages;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.model.Slot;
import java.util.List;

/** The part of {@link WireCodec} for storing, finding and verifying chunks. */
final class ChunkCodec {
    private ChunkCodec() {}

    static WireMessages.Request.StoreChunk to(Request.StoreChunk store) {
        return WireMessages.Request.StoreChunk.newBuilder()
                .setChunk(to(store.chunk()))
                .setFirst(store.first().number())
                .setChunkSize(store.chunkSize().bytes())
                .setLength(store.length())
                .setLast(store.last())
                .setPath(store.path().toString())
                .addAllChain(numbers(store.chain()))
                .setHop(store.hop())
                .setCheckSha256(store.checkSha256())
                .build();
    }

    static Request.StoreChunk from(WireMessages.Request.StoreChunk message) {
        return new Request.StoreChunk(
                from(message.getChunk()),
                new Slot(message.getFirst()),
                new ChunkSize(message.getChunkSize()),
                message.getLength(),
                message.getLast(),
                RemotePath.parse(message.getPath()),
                nodes(message.getChainList()),
                message.getHop(),
                message.getCheckSha256());
    }

    static WireMessages.Request.ForwardChunk to(Request.ForwardChunk forward) {
        return WireMessages.Request.ForwardChunk.newBuilder()
                .setChunk(to(forward.chunk()))
                .setFirst(forward.first().number())
                .addAllChain(numbers(forward.chain()))
                .build();
    }

    static Request.ForwardChunk from(WireMessages.Request.ForwardChunk message) {
        return new Request.ForwardChunk(
                from(message.getChunk()), new Slot(message.getFirst()), nodes(message.getChainList()));
    }

    static WireMessages.Request.FetchChunk to(Request.FetchChunk fetch) {
        return WireMessages.Request.FetchChunk.newBuilder()
                .setChunk(to(fetch.chunk()))
                .setFirst(fetch.first().number())
                .setOffset(fetch.offset())
                .setLength(fetch.length())
                .build();
    }

    static Request.FetchChunk from(WireMessages.Request.FetchChunk message) {
        return new Request.FetchChunk(
                from(message.getChunk()), new Slot(message.getFirst()), message.getOffset(), message.getLength());
    }

    static WireMessages.Request.HasChunk to(Request.HasChunk has) {
        return WireMessages.Request.HasChunk.newBuilder()
                .setFirst(has.first().number())
                .addAllChunks(has.chunks().stream().map(ChunkCodec::to).toList())
                .build();
    }

    static Request.HasChunk from(WireMessages.Request.HasChunk message) {
        return new Request.HasChunk(
                new Slot(message.getFirst()),
                message.getChunksList().stream().map(ChunkCodec::from).toList());
    }

    static WireMessages.Request.ReportChunk to(Request.ReportChunk report) {
        return WireMessages.Request.ReportChunk.newBuilder()
                .setChunk(to(report.chunk()))
                .setFirst(report.first().number())
                .setReason(report.reason())
                .build();
    }

    static Request.ReportChunk from(WireMessages.Request.ReportChunk message) {
        return new Request.ReportChunk(from(message.getChunk()), new Slot(message.getFirst()), message.getReason());
    }

    static WireMessages.Request.VerifyChunks to(Request.VerifyChunks verify) {
        return WireMessages.Request.VerifyChunks.newBuilder()
                .setFirst(verify.first().number())
                .addAllChunks(verify.chunks().stream().map(ChunkCodec::to).toList())
                .build();
    }

    static Request.VerifyChunks from(WireMessages.Request.VerifyChunks message) {
        return new Request.VerifyChunks(
                new Slot(message.getFirst()),
                message.getChunksList().stream().map(ChunkCodec::from).toList());
    }

    static WireMessages.Response.Stored to(Reply.Stored stored) {
        return WireMessages.Response.Stored.newBuilder()
                .addAllHolders(stored.holders().stream().map(ChunkCodec::to).toList())
                .addAllFailures(stored.failures().stream()
                        .map(failure -> WireMessages.Response.Failure.newBuilder()
                                .setNode(failure.node().number())
                                .setRefusal(StateCodec.to(failure.refusal()))
                                .build())
                        .toList())
                .setLength(stored.length())
                .setCrc32C(stored.crc32c())
                .setSha256(StateCodec.bytes(stored.sha256()))
                .build();
    }

    static WireMessages.Response.Holder to(Reply.Holder holder) {
        WireMessages.Response.Holder.Builder builder = WireMessages.Response.Holder.newBuilder()
                .setNode(holder.node().number())
                .setLossEpoch(holder.lossEpoch());
        if (holder.receipt() != null) {
            builder.setReceipt(StateCodec.to(holder.receipt()));
        }
        return builder.build();
    }

    static Reply.Holder from(WireMessages.Response.Holder message) {
        return new Reply.Holder(
                new NodeId(message.getNode()),
                message.getLossEpoch(),
                message.hasReceipt() ? StateCodec.from(message.getReceipt()) : null);
    }

    static Reply.Stored from(WireMessages.Response.Stored message) {
        return new Reply.Stored(
                message.getHoldersList().stream().map(ChunkCodec::from).toList(),
                message.getFailuresList().stream()
                        .map(failure ->
                                new Reply.Failure(new NodeId(failure.getNode()), StateCodec.from(failure.getRefusal())))
                        .toList(),
                message.getLength(),
                message.getCrc32C(),
                StateCodec.sha256(message.getSha256()));
    }

    static WireMessages.Held to(Reply.Held held) {
        return WireMessages.Held.newBuilder()
                .setChunk(to(held.chunk()))
                .setLength(held.length())
                .setCrc32C(held.crc32c())
                .setSha256(StateCodec.bytes(held.sha256()))
                .build();
    }

    static Reply.Held from(WireMessages.Held message) {
        return new Reply.Held(
                from(message.getChunk()),
                message.getLength(),
                message.getCrc32C(),
                StateCodec.sha256(message.getSha256()));
    }

    static WireMessages.Response.Checked to(Reply.Checked checked) {
        return WireMessages.Response.Checked.newBuilder()
                .setChunk(to(checked.chunk()))
                .setCondition(
                        switch (checked.condition()) {
                            case SOUND -> WireMessages.Response.Condition.SOUND;
                            case BAD -> WireMessages.Response.Condition.BAD;
                            case ABSENT -> WireMessages.Response.Condition.ABSENT;
                        })
                .setLength(checked.length())
                .setCrc32C(checked.crc32c())
                .setSha256(StateCodec.bytes(checked.sha256()))
                .build();
    }

    static Reply.Checked from(WireMessages.Response.Checked message) {
        Reply.Condition condition = switch (message.getCondition()) {
            case SOUND -> Reply.Condition.SOUND;
            case BAD -> Reply.Condition.BAD;
            case ABSENT -> Reply.Condition.ABSENT;
            case NOT_SAID, UNRECOGNIZED -> throw WireCodec.unknown("condition of a replica");
        };
        return new Reply.Checked(
                from(message.getChunk()),
                condition,
                message.getLength(),
                message.getCrc32C(),
                StateCodec.sha256(message.getSha256()));
    }

    static WireMessages.Response.Fetched to(Reply.Fetched fetched) {
        return WireMessages.Response.Fetched.newBuilder()
                .setOffset(fetched.offset())
                .setLength(fetched.length())
                .setChunkLength(fetched.chunkLength())
                .build();
    }

    static Reply.Fetched from(WireMessages.Response.Fetched message) {
        return new Reply.Fetched(message.getOffset(), message.getLength(), message.getChunkLength());
    }

    static WireMessages.Response.Has to(Reply.Has has) {
        return WireMessages.Response.Has.newBuilder()
                .addAllHeld(has.held().stream().map(ChunkCodec::to).toList())
                .setLossEpoch(has.lossEpoch())
                .build();
    }

    static Reply.Has from(WireMessages.Response.Has message) {
        return new Reply.Has(
                message.getHeldList().stream().map(ChunkCodec::from).toList(), message.getLossEpoch());
    }

    static WireMessages.Response.Verified to(Reply.Verified verified) {
        return WireMessages.Response.Verified.newBuilder()
                .addAllChecked(verified.checked().stream().map(ChunkCodec::to).toList())
                .build();
    }

    static Reply.Verified from(WireMessages.Response.Verified message) {
        return new Reply.Verified(
                message.getCheckedList().stream().map(ChunkCodec::from).toList());
    }

    static WireMessages.ChunkId to(ChunkId chunk) {
        return WireMessages.ChunkId.newBuilder()
                .setFile(StateCodec.to(chunk.file()))
                .setNumber(chunk.number())
                .build();
    }

    static ChunkId from(WireMessages.ChunkId message) {
        return new ChunkId(StateCodec.from(message.getFile()), message.getNumber());
    }

    static List<Integer> numbers(List<NodeId> nodes) {
        return nodes.stream().map(NodeId::number).toList();
    }

    static List<NodeId> nodes(List<Integer> numbers) {
        return numbers.stream().map(NodeId::new).toList();
    }
}
