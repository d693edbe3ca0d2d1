package io.trivet.cli;

import io.trivet.client.ClusterStatus;
import io.trivet.model.Masters;
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
                    + "without losing the majority on the way; see docs/operate/masters.md.",
            ""
        })
final class MastersCommand extends ClusterCommand {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "NUMBER",
            description = "1, 3 or 5; without it nothing is changed.")
    @Nullable
    Integer wanted;

    @Option(names = "--json", description = "As JSON: {\"wanted\",\"masters\",\"leader\"}.")
    boolean json;

    MastersCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    void check() {
        if (wanted != null && !Masters.CHOICE.contains(wanted)) {
            throw new WrongUsage(Text.of("a cluster has 1, 3 or 5 masters, not {0}", wanted));
        }
    }

    @Override
    int run(Remote remote) {
        if (wanted != null) {
            remote.masters(wanted);
        }
        ClusterStatus status = remote.status();
        int number = wanted == null ? status.view().mastersWanted() : wanted;
        List<String> masters = status.view().masters().stream().map(Node::name).toList();
        if (json) {
            console.say(new Json()
                    .put("wanted", number)
                    .put("masters", masters)
                    .put("leader", status.leader().map(Object::toString).orElse(null)));
        } else {
            console.say(
                    masters.isEmpty()
                            ? Text.of("{0} wanted, none known", Text.count(number, "master"))
                            : Text.of("{0} wanted, now {1}", Text.count(number, "master"), text(masters, status)));
        }
        return Program.DONE;
    }

    private static Text text(List<String> masters, ClusterStatus status) {
        String leader = status.leader().map(Object::toString).orElse("");
        return Text.list(masters.stream()
                .map(name -> name.equals(leader) ? Text.of("{0} (leader)", name) : name)
                .toList());
    }
}
