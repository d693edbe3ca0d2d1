package io.trivet.cli.layout;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.status.MasterVotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import io.trivet.client.ClusterStatus;
import io.trivet.client.TrivetClient;
import io.trivet.model.MasterCount;
import io.trivet.model.Node;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trivet masters}. */
@Command(
        name = "masters",
        sortOptions = false,
        header = "Shows which nodes are masters, or says how many there should be.",
        description = {
            "",
            "Masters keep the namespace together: 1 is a trial, 3 bear the loss of one, 5 that of two. The leader seats and unseats nodes one by one, "
                    + "without losing the majority on the way; see docs/operate/masters.md. A master that is down, or lost its log, is counted on and does not "
                    + "vote: the command says which, and whether one more failure would stop writing.",
            ""
        })
public final class MastersCommand extends ClusterCommand {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "NUMBER",
            description = "1, 3 or 5; without it nothing is changed.")
    @Nullable
    Integer wanted;

    @Option(names = "--json", description = "As JSON: {\"wanted\",\"masters\",\"voting\",\"leader\"}.")
    boolean json;

    public MastersCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    protected void check() {
        if (wanted != null && !MasterCount.CHOICE.contains(wanted)) {
            throw new WrongUsage(Text.of("a cluster has 1, 3 or 5 masters, not {0}", wanted));
        }
    }

    @Override
    protected int run(TrivetClient client) {
        if (wanted != null) {
            client.cluster().setMasterCount(wanted);
        }
        ClusterStatus status = client.cluster().status();
        int number = wanted == null ? status.view().mastersWanted() : wanted;
        MasterVotes votes = new MasterVotes(status);
        List<Node> masters = status.view().masters();
        if (json) {
            console.say(new Json()
                    .put("wanted", number)
                    .put("masters", masters.stream().map(Node::name).toList())
                    .put("voting", votes.voting().stream().map(Node::name).toList())
                    .put("leader", status.leader().map(Object::toString).orElse(null)));
        } else {
            console.say(
                    masters.isEmpty()
                            ? Text.of("{0} configured, none known yet", Text.count(number, "master"))
                            : Text.of(
                                    "{0} configured, now {1}",
                                    Text.count(number, "master"),
                                    Text.list(masters.stream().map(votes::name).toList())));
            votes.remarks().forEach(console::say);
        }
        return ExitCode.DONE;
    }
}
