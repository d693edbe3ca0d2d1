package io.trivet.wire.protocol;

import io.trivet.message.StateCodec;
import io.trivet.message.WireMessages;
import io.trivet.model.Absence;
import io.trivet.model.Address;
import io.trivet.model.ClusterView;
import io.trivet.model.NodeId;
import io.trivet.model.ScrubReport;
import io.trivet.model.StorageReport;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The part of {@link WireCodec} for heartbeats and views. */
final class HeartbeatCodec {
    private HeartbeatCodec() {}

    static WireMessages.Request.Heartbeat to(Request.Heartbeat beat) {
        return withStorage(beat.storage())
                .setNode(beat.node().number())
                .setViewVersion(beat.viewVersion())
                .setUsedBytes(beat.usedBytes())
                .setFreeBytes(beat.freeBytes())
                .setCapacityBytes(beat.capacityBytes())
                .setAcceptsChunks(beat.acceptsChunks())
                .setLossEpoch(beat.lossEpoch())
                .setScrub(to(beat.scrub()))
                .setRepair(RepairCodec.to(beat.repair()))
                .setSeat(SeatCodec.to(beat.seat()))
                .setInstance(beat.instance())
                .setAddressVersion(beat.addressVersion())
                .setAddress(beat.address().toString())
                .setClockMs(beat.clockMs())
                .build();
    }

    static Request.Heartbeat from(WireMessages.Request.Heartbeat message) {
        return new Request.Heartbeat(
                new NodeId(message.getNode()),
                Address.parse(message.getAddress()),
                message.getViewVersion(),
                message.getUsedBytes(),
                message.getFreeBytes(),
                message.getCapacityBytes(),
                message.getAcceptsChunks(),
                message.getLossEpoch(),
                from(message.getScrub()),
                RepairCodec.from(message.getRepair()),
                SeatCodec.from(message.getSeat()),
                from(message.getStorage()),
                message.getInstance(),
                message.getClockMs(),
                message.getAddressVersion());
    }

    static WireMessages.Response.ViewOf to(Reply.ViewOf view) {
        WireMessages.Response.ViewOf.Builder builder = WireMessages.Response.ViewOf.newBuilder()
                .setNode(view.node().number())
                .setEvent(view.event())
                .setTimeMs(view.timeMs())
                .setBatches(view.batches());
        if (view.view() instanceof ClusterView known) {
            builder.setView(StateCodec.to(known));
        }
        if (view.leader() instanceof NodeId leader) {
            builder.setLeader(leader.number());
        }
        view.states()
                .forEach(state -> builder.addStates(stateWithStorageAndSeat(state)
                        .setNode(state.node().number())
                        .setReachable(state.reachable())
                        .setUnheard(!state.heard())
                        .setUsedBytes(state.usedBytes())
                        .setFreeBytes(state.freeBytes())
                        .setAcceptsChunks(state.acceptsChunks())
                        .setScrub(to(state.scrub()))
                        .setClockAheadMs(state.clockAheadMs())));
        view.moved()
                .forEach(moved -> builder.addMoved(WireMessages.Response.Moved.newBuilder()
                        .setNode(moved.node().number())
                        .setAddress(moved.address().toString())
                        .setVersion(moved.version())));
        return builder.build();
    }

    static Reply.ViewOf from(WireMessages.Response.ViewOf message) {
        @Nullable ClusterView view = message.hasView() ? StateCodec.from(message.getView()) : null;
        @Nullable NodeId leader = message.hasLeader() ? new NodeId(message.getLeader()) : null;
        return new Reply.ViewOf(
                new NodeId(message.getNode()),
                view,
                leader,
                message.getStatesList().stream()
                        .map(state -> new Reply.NodeState(
                                new NodeId(state.getNode()),
                                state.getReachable(),
                                !state.getUnheard(),
                                state.getUsedBytes(),
                                state.getFreeBytes(),
                                state.getAcceptsChunks(),
                                from(state.getScrub()),
                                from(state.getStorage()),
                                state.getClockAheadMs(),
                                state.hasSeat() ? Optional.of(SeatCodec.from(state.getSeat())) : Optional.empty(),
                                AbsenceCodec.from(state.getAbsence())))
                        .toList(),
                message.getEvent(),
                message.getTimeMs(),
                message.getMovedList().stream()
                        .map(moved -> new Reply.Moved(
                                new NodeId(moved.getNode()), Address.parse(moved.getAddress()), moved.getVersion()))
                        .toList(),
                message.getBatches());
    }

    /** Omits the report if all disks are well, as earlier releases did, which had none. */
    private static WireMessages.Request.Heartbeat.Builder withStorage(StorageReport storage) {
        WireMessages.Request.Heartbeat.Builder beat = WireMessages.Request.Heartbeat.newBuilder();
        return storage.equals(StorageReport.NONE) ? beat : beat.setStorage(to(storage));
    }

    private static WireMessages.Response.NodeState.Builder stateWithStorageAndSeat(Reply.NodeState state) {
        WireMessages.Response.NodeState.Builder builder = WireMessages.Response.NodeState.newBuilder();
        state.seat().map(SeatCodec::to).ifPresent(builder::setSeat);
        if (!state.absence().equals(Absence.NONE)) {
            builder.setAbsence(AbsenceCodec.to(state.absence()));
        }
        return state.storage().equals(StorageReport.NONE) ? builder : builder.setStorage(to(state.storage()));
    }

    private static WireMessages.Storage to(StorageReport storage) {
        int state = switch (storage.state()) {
            case WRITABLE -> 0;
            case FULL -> 1;
            case READ_ONLY -> 2;
            case FAILED -> 3;
        };
        return WireMessages.Storage.newBuilder()
                .setState(state)
                .setTrouble(storage.trouble())
                .build();
    }

    private static StorageReport from(WireMessages.Storage message) {
        StorageReport.State state = switch (message.getState()) {
            case 0 -> StorageReport.State.WRITABLE;
            case 1 -> StorageReport.State.FULL;
            case 2 -> StorageReport.State.READ_ONLY;
            case 3 -> StorageReport.State.FAILED;
            default -> throw WireCodec.unknown("state of storage " + message.getState());
        };
        return new StorageReport(state, message.getTrouble());
    }

    private static WireMessages.Scrub to(ScrubReport scrub) {
        return WireMessages.Scrub.newBuilder()
                .setChunks(scrub.chunks())
                .setBytes(scrub.bytes())
                .setBad(scrub.bad())
                .setCompletedMs(scrub.completedMs())
                .build();
    }

    private static ScrubReport from(WireMessages.Scrub message) {
        return new ScrubReport(message.getChunks(), message.getBytes(), message.getBad(), message.getCompletedMs());
    }
}
