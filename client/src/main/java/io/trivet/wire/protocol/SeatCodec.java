package io.trivet.wire.protocol;

import io.trivet.message.WireMessages;
import io.trivet.model.SeatReport;

/** Converts a node's report of its seat to a message and back. */
final class SeatCodec {
    private SeatCodec() {}

    static WireMessages.Seat to(SeatReport seat) {
        return WireMessages.Seat.newBuilder()
                .setStanding(
                        switch (seat.standing()) {
                            case NONE -> WireMessages.Seat.Standing.NONE;
                            case HELD -> WireMessages.Seat.Standing.HELD;
                            case RESTING -> WireMessages.Seat.Standing.RESTING;
                            case STOPPED -> WireMessages.Seat.Standing.STOPPED;
                            case LOST -> WireMessages.Seat.Standing.LOST;
                        })
                .setEpoch(seat.epoch())
                .setTrouble(seat.trouble())
                .setSinceMs(seat.sinceMs())
                .setShortOfRoom(seat.shortOfRoom())
                .build();
    }

    /**
     * A standing that this release does not know counts as {@code LOST}, so that the node gets no
     * seat.
     */
    static SeatReport from(WireMessages.Seat message) {
        SeatReport.Standing standing = switch (message.getStanding()) {
            case NOT_SAID, NONE -> SeatReport.Standing.NONE;
            case HELD -> SeatReport.Standing.HELD;
            case RESTING -> SeatReport.Standing.RESTING;
            case STOPPED -> SeatReport.Standing.STOPPED;
            case LOST, UNRECOGNIZED -> SeatReport.Standing.LOST;
        };
        return new SeatReport(
                standing,
                message.getEpoch(),
                message.getTrouble(),
                message.getSinceMs(),
                message.getShortOfRoom());
    }
}
