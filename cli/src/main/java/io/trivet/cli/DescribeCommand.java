package io.trivet.cli;

import io.trivet.client.Proposal;
import io.trivet.placement.Wish;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sets a property of some nodes: pairs of a name and a value. */
abstract class DescribeCommand extends PlannedCommand {
    @Parameters(arity = "2..*", paramLabel = "NAME VALUE", description = "A node and its value; more pairs may follow.")
    List<String> words = new ArrayList<>();

    @Option(names = "--later", description = "Only note it: nothing moves before the next `trivet rebalance`.")
    boolean later;

    @Option(names = "--watch", description = "Return when all is where it belongs, checked.")
    boolean watch;

    DescribeCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    /** Throws {@link WrongUsage} for what is no node or no value. */
    abstract Wish.Description description(String node, String word);

    @Override
    void check() {
        descriptions();
    }

    private List<Wish.Description> descriptions() {
        if (words.size() % 2 != 0) {
            throw new WrongUsage(Text.of("every node needs a value: NAME VALUE"));
        }
        List<Wish.Description> descriptions = new ArrayList<>();
        for (int i = 0; i < words.size(); i += 2) {
            descriptions.add(description(words.get(i), words.get(i + 1)));
        }
        return descriptions;
    }

    @Override
    Wish wish(Remote remote) {
        return new Wish.Describe(descriptions(), later);
    }

    @Override
    int applied(Remote remote, Proposal proposal) throws CommandFailure {
        if (proposal.rearrangement().plan().moves().isEmpty()) {
            say(Text.of("noted; nothing moves"));
            return Program.DONE;
        }
        return RebalanceCommand.published(this, remote, proposal, watch);
    }
}
