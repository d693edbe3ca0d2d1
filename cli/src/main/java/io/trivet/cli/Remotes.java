package io.trivet.cli;

import io.trivet.client.ClientOptions;
import io.trivet.client.TrivetClient;
import io.trivet.model.Address;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** How commands reach a cluster. */
interface Remotes {
    /** What is done with a cluster; returns an exit code. */
    interface Use {
        int with(Remote remote) throws IOException, CommandFailure;
    }

    /** Finds the cluster by any of these nodes, and lets it be used. */
    int use(List<Address> seeds, Use use) throws IOException, CommandFailure;

    /** Connects over the network for one use; {@code state} is where interrupted saves leave what the next try goes on from. */
    static Remotes live(Path state) {
        return (seeds, use) -> {
            try (Remote remote = connect(seeds, state)) {
                return use.with(remote);
            }
        };
    }

    private static Remote connect(List<Address> seeds, Path state) throws CommandFailure {
        try {
            return new LiveRemote(TrivetClient.connect(ClientOptions.of(seeds).withState(state)));
        } catch (TrivetException e) {
            if (e.kind() != Refusal.Kind.UNREACHABLE || !seeds.equals(List.of(ClusterCommand.DEFAULT))) {
                throw e;
            }
            throw new CommandFailure(Complaint.about(e) + " (`trivet demo` starts a trial there)");
        }
    }
}
