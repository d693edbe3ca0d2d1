package io.trivet.cli;

import io.trivet.client.ClusterNodes;
import io.trivet.model.NodeId;
import io.trivet.model.RepairReport;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Follows a change of the layout until all is where it belongs. */
final class LayoutWatch {
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final Console console;
    private final Remote remote;
    private String last = "";

    LayoutWatch(Console console, Remote remote) {
        this.console = console;
        this.remote = remote;
    }

    /**
     * Returns when nothing is owed or to be handed back in a layout, checked; false where another layout took its place.
     *
     * @param leaving a node that has to be empty as well
     */
    boolean await(long version, @Nullable NodeId leaving) throws CommandFailure {
        while (true) {
            ClusterNodes now = remote.nodes();
            if (now.view().layout().version() != version) {
                return false;
            }
            if (isDone(now, leaving)) {
                return true;
            }
            tell(now, leaving);
            pause();
        }
    }

    private static boolean isDone(ClusterNodes now, @Nullable NodeId leaving) {
        return now.view().layouts().size() == 1
                && now.debt().checked()
                && now.debt().owed() == 0
                && now.debt().surplus() == 0
                && (leaving == null || now.isHandedOver(leaving));
    }

    private void tell(ClusterNodes now, @Nullable NodeId leaving) {
        String line = now.debt().owed() + " replicas owed ("
                + Wording.bytes(now.debt().bytes()) + ")"
                + (now.debt().bytesPerSecond() > 0
                        ? " at " + Wording.rate((double) now.debt().bytesPerSecond())
                        : "")
                + ", " + now.debt().surplus() + " to hand back"
                + (leaving == null ? "" : left(now, leaving))
                + (now.view().rebalancing().paused() ? "; moves are paused: `trivet rebalance resume` goes on" : "")
                + (now.debt().checked() ? "" : "; " + now.debt().reason());
        if (!line.equals(last)) {
            last = line;
            console.warn(line);
        }
    }

    private static String left(ClusterNodes now, NodeId leaving) {
        RepairReport report = now.report(leaving);
        return report.surplus() < 0 ? "" : ", " + report.surplus() + " of them on " + Objects.requireNonNull(leaving);
    }

    private static void pause() throws CommandFailure {
        try {
            Thread.sleep(LOOK_EVERY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted: the cluster goes on by itself");
        }
    }
}
