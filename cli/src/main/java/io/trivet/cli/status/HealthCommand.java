package io.trivet.cli.status;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ErrorMessage;
import io.trivet.cli.text.Json;
import io.trivet.client.TrivetClient;
import io.trivet.model.Debt;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code trivet health}: one line and an exit code, for cron, Nagios and containers. */
@Command(
        name = "health",
        sortOptions = false,
        header = "Says in one line whether all is well.",
        description = {
            "",
            "Ends with 0 if every node is up and every chunk is on as many nodes as it should be, checked; with 1 if files can be saved and loaded and something is missing; with 2 if nothing can be saved, if some file cannot be loaded, or if no node answers.",
            ""
        })
public final class HealthCommand extends ClusterCommand {
    @Option(names = "--json", description = "As JSON: {\"health\",\"reasons\":[]}; health is ok, degraded or failing.")
    boolean json;

    public HealthCommand(Console console, Remotes remotes) {
        super(console, remotes);
    }

    @Override
    public Integer call() throws IOException {
        try {
            return super.call();
        } catch (CommandFailure | IOException | TrivetException e) {
            return tell(new ClusterHealth(ClusterHealth.Level.FAILING, List.of(ErrorMessage.about(e))));
        }
    }

    @Override
    protected int run(TrivetClient client) {
        return tell(ClusterHealth.of(client.cluster().status(), debt(client)));
    }

    /** Empty if no leader answers. */
    static Optional<Debt> debt(TrivetClient client) {
        try {
            return Optional.of(client.cluster().debt());
        } catch (TrivetException _) {
            return Optional.empty();
        }
    }

    private int tell(ClusterHealth health) {
        if (json) {
            console.say(health.put(new Json()));
        } else {
            console.say(health.sentence());
        }
        return health.level().exitCode();
    }
}
