package io.trivet.message;

import io.trivet.model.Command;
import io.trivet.model.NodeId;
import org.jspecify.annotations.Nullable;

/** The part of {@link StateCodec} for changes of layouts by operators. */
final class LayoutChangeCodec {
    private LayoutChangeCodec() {}

    static StateMessages.Command.Rearrange to(Command.Rearrange rearrange) {
        StateMessages.Command.Rearrange.Builder builder = StateMessages.Command.Rearrange.newBuilder()
                .setLayout(StateCodec.to(rearrange.layout()))
                .setReplicasWanted(rearrange.replicasWanted());
        rearrange
                .changes()
                .forEach(change -> builder.addChanges(StateMessages.Command.Change.newBuilder()
                        .setNode(change.node().number())
                        .setStanding(StateCodec.to(change.adminState()))
                        .setChosenPercent(change.chosenPercent())
                        .setZone(change.zone())));
        return builder.build();
    }

    static Command.Rearrange from(StateMessages.Command.Rearrange message) {
        return new Command.Rearrange(
                StateCodec.from(message.getLayout()),
                message.getChangesList().stream()
                        .map(change -> new Command.Change(
                                new NodeId(change.getNode()),
                                StateCodec.from(change.getStanding()),
                                change.getChosenPercent(),
                                change.getZone()))
                        .toList(),
                message.getReplicasWanted());
    }

    static StateMessages.Command.SetRebalancing to(Command.SetRebalancing set) {
        StateMessages.Command.SetRebalancing.Builder builder = StateMessages.Command.SetRebalancing.newBuilder();
        if (set.paused() instanceof Boolean paused) {
            builder.setPaused(paused);
        }
        if (set.bytesPerSecond() >= 0) {
            builder.setBytesPerSecond(set.bytesPerSecond());
        }
        if (set.automatic() instanceof Boolean automatic) {
            builder.setAutomatic(automatic);
        }
        return builder.build();
    }

    static Command.SetRebalancing from(StateMessages.Command.SetRebalancing message) {
        @Nullable Boolean paused = message.hasPaused() ? message.getPaused() : null;
        @Nullable Boolean automatic = message.hasAutomatic() ? message.getAutomatic() : null;
        return new Command.SetRebalancing(
                paused, message.hasBytesPerSecond() ? message.getBytesPerSecond() : -1, automatic);
    }
}
