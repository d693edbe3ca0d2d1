package io.trivet.cli.layout;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Text;
import io.trivet.client.LayoutProposal;
import io.trivet.client.TrivetClient;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.placement.LayoutRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import picocli.CommandLine.Option;

/**
 * A command that changes the layout: plans, shows the plan, asks, applies, and watches if
 * requested.
 */
abstract class PlannedCommand extends ClusterCommand {
    @Option(names = "--yes", description = "Apply the plan without asking.")
    boolean yes;

    @Option(names = "--json", description = "The plan as JSON; its last key, \"applied\", says whether it was applied.")
    boolean json;

    PlannedCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    /** The requested change, from the arguments and the cluster; throws if it is not allowed. */
    protected abstract LayoutRequest wish(TrivetClient client) throws CommandFailure;

    /**
     * Whether a plan that moves nothing is still worth applying, because it records something else.
     */
    protected boolean notesSomething(LayoutProposal layoutProposal) {
        return true;
    }

    /** Reports the result after the plan was applied; returns the exit code. */
    protected abstract int applied(TrivetClient client, LayoutProposal layoutProposal) throws CommandFailure;

    @Override
    protected int run(TrivetClient client) throws IOException, CommandFailure {
        LayoutProposal layoutProposal = client.layout().plan(wish(client));
        ProposalTable table = new ProposalTable(layoutProposal);
        boolean idle = layoutProposal.layoutChange().layoutPlan().moves().isEmpty() && !notesSomething(layoutProposal);
        if (!json) {
            console.table(table.lines());
            console.flush();
        }
        boolean apply = !idle && layoutProposal.obstacles().isEmpty() && (yes || asked());
        if (apply) {
            apply(client, layoutProposal);
        }
        if (json) {
            console.say(table.json(apply));
        }
        if (!layoutProposal.obstacles().isEmpty()) {
            throw new CommandFailure(Text.of(
                    "not applied: {0}",
                    Text.clauses(
                            layoutProposal.obstacles().stream().map(Text::told).toList())));
        }
        if (!apply) {
            say(idle ? Text.of("nothing to do") : Text.of("not applied: --yes applies it"));
            return ExitCode.DONE;
        }
        return applied(client, layoutProposal);
    }

    private static void apply(TrivetClient client, LayoutProposal layoutProposal) throws CommandFailure {
        try {
            client.layout().apply(layoutProposal);
        } catch (TrivetException e) {
            if (e.kind() != Refusal.Kind.STALE) {
                throw e;
            }
            throw new CommandFailure(
                    Text.of(
                            "not applied: the layout has changed since this plan was made; repeat the command to see the new plan"));
        }
    }

    /** Asks for confirmation, only at a terminal. */
    private boolean asked() throws IOException {
        if (json || !console.isTerminal(Console.Stream.IN)) {
            return false;
        }
        console.err().print(Text.of("apply? [y/N]").in(console.language()) + " ");
        console.err().flush();
        String answer = new BufferedReader(new InputStreamReader(console.input(), StandardCharsets.UTF_8)).readLine();
        return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
    }

    /** Prints a line for people; nothing with {@code --json}. */
    final void say(Text line) {
        if (!json) {
            console.say(line);
        }
    }
}
