package io.trivet.cli;

import io.trivet.client.Proposal;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.placement.Wish;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import picocli.CommandLine.Option;

/** A command that changes the layout: plans, shows, asks, applies, and watches if it is to. */
abstract class PlannedCommand extends ClusterCommand {
    @Option(names = "--yes", description = "Apply the plan without asking.")
    boolean yes;

    @Option(names = "--json", description = "The plan as JSON; its last key, \"applied\", says whether it was applied.")
    boolean json;

    PlannedCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    /** What is wanted, from the arguments and the cluster; throws where it must not be. */
    abstract Wish wish(Remote remote) throws CommandFailure;

    /** Whether a plan that moves nothing is worth applying: it notes something else. */
    boolean notesSomething(Proposal proposal) {
        return true;
    }

    /** Says what is true after the plan was applied; returns the exit code. */
    abstract int applied(Remote remote, Proposal proposal) throws CommandFailure;

    @Override
    int run(Remote remote) throws IOException, CommandFailure {
        Proposal proposal = remote.plan(wish(remote));
        ProposalTable table = new ProposalTable(proposal);
        boolean idle = proposal.rearrangement().plan().moves().isEmpty() && !notesSomething(proposal);
        if (!json) {
            table.lines().forEach(console::say);
        }
        boolean apply = !idle && proposal.obstacles().isEmpty() && (yes || asked());
        if (apply) {
            apply(remote, proposal);
        }
        if (json) {
            console.say(table.json(apply));
        }
        if (!proposal.obstacles().isEmpty()) {
            throw new CommandFailure(Text.of(
                    "not applied: {0}",
                    Text.clauses(proposal.obstacles().stream().map(Text::told).toList())));
        }
        if (!apply) {
            say(idle ? Text.of("nothing to do") : Text.of("not applied: --yes applies it"));
            return Program.DONE;
        }
        return applied(remote, proposal);
    }

    private static void apply(Remote remote, Proposal proposal) throws CommandFailure {
        try {
            remote.apply(proposal);
        } catch (TrivetException e) {
            if (e.kind() != Refusal.Kind.STALE) {
                throw e;
            }
            throw new CommandFailure(
                    Text.of("not applied: the layout was changed meanwhile, so this plan is for another one;"
                            + " look at the new plan by giving the command again"));
        }
    }

    /** Only a person at a terminal is asked. */
    private boolean asked() throws IOException {
        if (json || !console.isTerminal(Console.Stream.IN)) {
            return false;
        }
        console.out().text().flush();
        console.err().print(Text.of("apply? [y/N]").in(console.language()) + " ");
        console.err().flush();
        String answer = new BufferedReader(new InputStreamReader(console.input(), StandardCharsets.UTF_8)).readLine();
        return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
    }

    /** A line for people. */
    final void say(Text line) {
        if (!json) {
            console.say(line);
        }
    }
}
