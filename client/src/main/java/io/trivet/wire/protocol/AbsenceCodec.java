package io.trivet.wire.protocol;

import io.trivet.message.WireMessages;
import io.trivet.model.Absence;
import java.time.Duration;

/** Converts {@link Absence} to a message and back. */
final class AbsenceCodec {
    private AbsenceCodec() {}

    static WireMessages.Response.Absence to(Absence absence) {
        return WireMessages.Response.Absence.newBuilder()
                .setAwayMs(absence.away().toMillis())
                .setOutlook(
                        switch (absence.outlook()) {
                            case NONE -> WireMessages.Response.Absence.Outlook.NONE;
                            case DUE -> WireMessages.Response.Absence.Outlook.DUE;
                            case TOO_FEW_NODES -> WireMessages.Response.Absence.Outlook.TOO_FEW_NODES;
                            case TOO_MANY_AWAY -> WireMessages.Response.Absence.Outlook.TOO_MANY_AWAY;
                            case NO_ROOM -> WireMessages.Response.Absence.Outlook.NO_ROOM;
                            case CHANGE_UNDER_WAY -> WireMessages.Response.Absence.Outlook.CHANGE_UNDER_WAY;
                        })
                .setDueInMs(absence.dueIn().toMillis())
                .build();
    }

    /** An unknown outlook counts as {@code NONE}. Throws if a time is negative. */
    static Absence from(WireMessages.Response.Absence message) {
        Absence.Outlook outlook = switch (message.getOutlook()) {
            case NONE, UNRECOGNIZED -> Absence.Outlook.NONE;
            case DUE -> Absence.Outlook.DUE;
            case TOO_FEW_NODES -> Absence.Outlook.TOO_FEW_NODES;
            case TOO_MANY_AWAY -> Absence.Outlook.TOO_MANY_AWAY;
            case NO_ROOM -> Absence.Outlook.NO_ROOM;
            case CHANGE_UNDER_WAY -> Absence.Outlook.CHANGE_UNDER_WAY;
        };
        return new Absence(Duration.ofMillis(message.getAwayMs()), outlook, Duration.ofMillis(message.getDueInMs()));
    }
}
