package io.trivet.cli.layout;

import io.trivet.cli.progress.ProgressDisplay;
import io.trivet.cli.status.OwedProgress;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.Format;
import io.trivet.cli.text.Text;
import io.trivet.client.ClusterNodes;
import io.trivet.client.TrivetClient;
import io.trivet.model.Debt;
import io.trivet.model.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Shows the progress of a layout change until every replica is at home. */
public final class LayoutWatch {
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final Console console;
    private final TrivetClient client;
    private Text last = Text.plain("");

    public LayoutWatch(Console console, TrivetClient client) {
        this.console = console;
        this.client = client;
    }

    /**
     * Returns true when the debt at this layout is checked and zero and no surplus is left; false
     * if another layout replaced it. Shows a bar on a terminal, a line for each change otherwise.
     *
     * @param leaving a node that must be empty too
     */
    public boolean await(long version, @Nullable NodeId leaving) throws CommandFailure {
        if (!console.redraws()) {
            return await(version, leaving, now -> tell(now, leaving));
        }
        try (ProgressDisplay display = new ProgressDisplay(
                console,
                name(version),
                false,
                Text.of("the cluster continues by itself; `trivet nodes list` shows the progress"))) {
            OwedProgress owed = new OwedProgress(display);
            return await(version, leaving, now -> {
                display.label(label(now, leaving));
                owed.show(now.debt());
            });
        }
    }

    private boolean await(long version, @Nullable NodeId leaving, Consumer<ClusterNodes> shown) throws CommandFailure {
        while (true) {
            ClusterNodes now = client.layout().nodes();
            if (now.view().layout().version() != version) {
                return false;
            }
            if (isDone(now, leaving)) {
                return true;
            }
            shown.accept(now);
            pause();
        }
    }

    private static Text name(long version) {
        return Text.of("layout {0}", Format.layout(version));
    }

    /** A short description of the current work. */
    private static Text label(ClusterNodes now, @Nullable NodeId leaving) {
        Text name = name(now.view().layout().version());
        if (now.view().rebalanceSettings().paused()) {
            return Text.of("{0}: paused", name);
        }
        if (now.debt().owed() > 0) {
            return Text.of("{0}: {1} owed", name, now.debt().owed());
        }
        if (now.debt().surplus() > 0) {
            return Text.of("{0}: {1} to hand back", name, now.debt().surplus());
        }
        return leaving == null
                ? Text.of("{0}: being checked", name)
                : Text.of("{0}: being checked, {1} as well", name, leaving);
    }

    private static boolean isDone(ClusterNodes now, @Nullable NodeId leaving) {
        return now.view().layouts().size() == 1
                && now.debt().checked()
                && now.debt().owed() == 0
                && now.debt().surplus() == 0
                && (leaving == null || now.isHandedOver(leaving));
    }

    private void tell(ClusterNodes now, @Nullable NodeId leaving) {
        List<Text> clauses = new ArrayList<>();
        clauses.add(Text.list(amounts(now, leaving)));
        if (now.view().rebalanceSettings().paused()) {
            clauses.add(Text.of("moves are paused: run `trivet rebalance resume` to continue"));
        }
        if (!now.debt().checked()) {
            clauses.add(Text.told(now.debt().reason()));
        }
        Text line = Text.clauses(clauses);
        if (!line.toString().equals(last.toString())) {
            last = line;
            console.warn(line);
        }
    }

    private static List<Text> amounts(ClusterNodes now, @Nullable NodeId leaving) {
        Debt debt = now.debt();
        List<Text> amounts = new ArrayList<>();
        Text owed = Text.of("{0} replicas owed ({1})", debt.owed(), Format.bytes(debt.bytes()));
        amounts.add(
                debt.bytesPerSecond() > 0
                        ? Text.of("{0} at {1}", owed, Format.rate((double) debt.bytesPerSecond()))
                        : owed);
        amounts.add(Text.of("{0} to hand back", debt.surplus()));
        if (leaving != null && now.report(leaving).surplus() >= 0) {
            amounts.add(Text.of("{0} of them on {1}", now.report(leaving).surplus(), leaving));
        }
        return amounts;
    }

    private static void pause() throws CommandFailure {
        try {
            Thread.sleep(LOOK_EVERY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(Text.of("interrupted: the cluster continues by itself"));
        }
    }
}
