package io.trivet.wire.protocol;

import io.trivet.message.WireMessages;
import io.trivet.model.ChunkId;
import io.trivet.model.Debt;
import io.trivet.model.MissingChunk;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.model.RepairReport;
import io.trivet.model.Slot;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The part of {@link WireCodec} for repair. */
final class RepairCodec {
    private RepairCodec() {}

    static WireMessages.Request.ListSlot to(Request.ListSlot list) {
        WireMessages.Request.ListSlot.Builder builder = WireMessages.Request.ListSlot.newBuilder()
                .setSlot(list.slot().number())
                .setLimit(list.limit());
        if (list.after() instanceof ChunkId after) {
            builder.setAfter(ChunkCodec.to(after));
        }
        return builder.build();
    }

    static Request.ListSlot from(WireMessages.Request.ListSlot message) {
        @Nullable ChunkId after = message.hasAfter() ? ChunkCodec.from(message.getAfter()) : null;
        return new Request.ListSlot(new Slot(message.getSlot()), after, message.getLimit());
    }

    static WireMessages.Request.PromiseToKeep to(Request.PromiseToKeep promise) {
        return WireMessages.Request.PromiseToKeep.newBuilder()
                .setLayoutVersion(promise.layoutVersion())
                .setSlot(promise.slot().number())
                .addAllChunks(promise.chunks().stream().map(ChunkCodec::to).toList())
                .build();
    }

    static Request.PromiseToKeep from(WireMessages.Request.PromiseToKeep message) {
        return new Request.PromiseToKeep(
                message.getLayoutVersion(),
                new Slot(message.getSlot()),
                message.getChunksList().stream().map(ChunkCodec::from).toList());
    }

    static WireMessages.Response.Digests to(Reply.Digests digests) {
        return WireMessages.Response.Digests.newBuilder()
                .addAllDigests(digests.digests().stream()
                        .map(digest -> WireMessages.Response.SlotDigest.newBuilder()
                                .setKnown(digest.known())
                                .setCount(digest.count())
                                .setBytes(digest.bytes())
                                .setHigh(digest.high())
                                .setLow(digest.low())
                                .build())
                        .toList())
                .build();
    }

    static Reply.Digests from(WireMessages.Response.Digests message) {
        return new Reply.Digests(message.getDigestsList().stream()
                .map(digest -> new Reply.SlotDigest(
                        digest.getKnown(), digest.getCount(), digest.getBytes(), digest.getHigh(), digest.getLow()))
                .toList());
    }

    static WireMessages.Response.Promised to(Reply.Promised promised) {
        return WireMessages.Response.Promised.newBuilder()
                .addAllChunks(promised.chunks().stream().map(ChunkCodec::to).toList())
                .build();
    }

    static Reply.Promised from(WireMessages.Response.Promised message) {
        return new Reply.Promised(
                message.getChunksList().stream().map(ChunkCodec::from).toList());
    }

    static WireMessages.Response.Names to(Reply.Names names) {
        return WireMessages.Response.Names.newBuilder()
                .addAllHeld(names.held().stream().map(ChunkCodec::to).toList())
                .setMore(names.more())
                .build();
    }

    static Reply.Names from(WireMessages.Response.Names message) {
        return new Reply.Names(
                message.getHeldList().stream().map(ChunkCodec::from).toList(), message.getMore());
    }

    static WireMessages.RepairReport to(RepairReport report) {
        WireMessages.RepairReport.Builder builder = WireMessages.RepairReport.newBuilder()
                .setBoot(report.boot())
                .setEvent(report.event())
                .setLayoutVersion(report.layoutVersion())
                .setAgeSeconds(report.ageSeconds())
                .setOwed(report.owed())
                .setBytes(report.bytes())
                .setOldestSeconds(report.oldestSeconds())
                .setConflicts(report.conflicts())
                .setBytesPerSecond(report.bytesPerSecond())
                .setWasHome(report.wasHome())
                .setTrouble(report.trouble());
        if (report.surplus() >= 0) {
            builder.setSurplus(report.surplus());
        }
        return builder.build();
    }

    static RepairReport from(WireMessages.RepairReport message) {
        return new RepairReport(
                message.getBoot(),
                message.getEvent(),
                message.getLayoutVersion(),
                message.getAgeSeconds(),
                message.getOwed(),
                message.getBytes(),
                message.getOldestSeconds(),
                message.hasSurplus() ? message.getSurplus() : -1,
                message.getConflicts(),
                message.getBytesPerSecond(),
                message.getWasHome(),
                message.getTrouble());
    }

    static WireMessages.Response.Reports to(Reply.Reports reports) {
        return WireMessages.Response.Reports.newBuilder()
                .addAllReports(reports.reports().stream()
                        .map(one -> WireMessages.Response.NodeReport.newBuilder()
                                .setNode(one.node().number())
                                .setPresent(one.present())
                                .setReport(to(one.report()))
                                .build())
                        .toList())
                .build();
    }

    static Reply.Reports from(WireMessages.Response.Reports message) {
        return new Reply.Reports(message.getReportsList().stream()
                .map(one -> new Reply.NodeReport(new NodeId(one.getNode()), one.getPresent(), from(one.getReport())))
                .toList());
    }

    static WireMessages.Response.Debt to(Debt debt) {
        WireMessages.Response.Debt.Builder builder = WireMessages.Response.Debt.newBuilder()
                .setOwed(debt.owed())
                .setBytes(debt.bytes())
                .setOldestSeconds(debt.oldestSeconds())
                .setSurplus(debt.surplus())
                .setConflicts(debt.conflicts())
                .setBytesPerSecond(debt.bytesPerSecond())
                .setChecked(debt.checked())
                .setReason(debt.reason())
                .setMissing(debt.missing())
                .addAllNamed(debt.named().stream().map(RepairCodec::to).toList());
        if (debt.asOf() instanceof Instant asOf) {
            builder.setAsOfMs(asOf.toEpochMilli());
        }
        return builder.build();
    }

    private static WireMessages.Response.Missing to(MissingChunk missing) {
        return WireMessages.Response.Missing.newBuilder()
                .setPath(missing.path().toString())
                .setChunk(ChunkCodec.to(missing.chunk()))
                .build();
    }

    private static MissingChunk from(WireMessages.Response.Missing message) {
        return new MissingChunk(RemotePath.parse(message.getPath()), ChunkCodec.from(message.getChunk()));
    }

    static Debt from(WireMessages.Response.Debt message) {
        return new Debt(
                message.getOwed(),
                message.getBytes(),
                message.getOldestSeconds(),
                message.getSurplus(),
                message.getConflicts(),
                message.getBytesPerSecond(),
                message.getChecked(),
                message.hasAsOfMs() ? Instant.ofEpochMilli(message.getAsOfMs()) : null,
                message.getReason(),
                message.getMissing(),
                message.getNamedList().stream().map(RepairCodec::from).toList());
    }
}
