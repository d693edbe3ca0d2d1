package io.trivet.cli.remote;

import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ErrorMessage;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import io.trivet.client.ClientOptions;
import io.trivet.client.TrivetClient;
import io.trivet.model.Address;
import io.trivet.wire.protocol.RequestId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A command that uses a cluster: connects, runs, disconnects. */
public abstract class ClusterCommand implements Callable<Integer> {
    static final String ENVIRONMENT = "TRIVET_CLUSTER";
    /** The default address of a trial. */
    public static final Address DEFAULT = new Address("127.0.0.1", 7777);

    public final Console console;
    public final Remotes remotes;

    @Option(
            names = "--cluster",
            split = ",",
            paramLabel = "HOST:PORT",
            converter = AddressConverter.class,
            description = "Nodes to ask first, any of the cluster's; otherwise TRIVET_CLUSTER, otherwise those of the"
                    + " profile.")
    @Nullable
    List<Address> seeds;

    @Option(
            names = {"-v", "--verbose"},
            description =
                    "Show more: of a long action a bar for each node, each file as it is done, and the nodes that were slow; of a failure the id by which it is found in the nodes' logs.")
    public boolean verbose;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    boolean help;

    @ParentCommand
    @Nullable
    CommandGroup parent;

    @Spec
    @Nullable
    CommandSpec spec;

    private @Nullable RequestId id;
    private @Nullable Text wayOn;
    private @Nullable Remote remote;

    public ClusterCommand(Console console, Remotes remotes) {
        this.console = console;
        this.remotes = remotes;
    }

    @Override
    public Integer call() throws IOException, CommandFailure {
        check();
        RequestId request = RequestId.random();
        id = request;
        try (RequestId.Scope _ = RequestId.within(request)) {
            int code = remotes.use(seeds(), this::adjusted, connected -> {
                remote = connected;
                return run(connected.client());
            });
            if (code != ExitCode.DONE) {
                tellId();
            }
            return code;
        }
    }

    /** Sets how to continue if the command fails; omitted for failures that a retry cannot mend. */
    public final void goesOn(Text how) {
        wayOn = how;
    }

    /** Reports that one of several things failed, also as JSON if that is requested. */
    protected final void tellFailure(String what, Throwable failure) {
        console.complain(ErrorMessage.about(failure));
        if (spec != null && spec.commandLine().getParseResult().hasMatchedOption("--json")) {
            console.say(ErrorMessage.json(failure).put("path", what));
        }
    }

    /** Whether standard output gets the bytes of files, so that nothing else is said there. */
    public boolean writesBytes() {
        return false;
    }

    /** Prints what belongs below an error message. */
    public final void tellMore() {
        if (wayOn != null) {
            console.complain(wayOn);
        }
        tellId();
    }

    /**
     * Prints the request id for the nodes' logs, with --verbose; nothing before the command has
     * connected.
     */
    final void tellId() {
        if (verbose && id != null) {
            console.complain(Text.of("the nodes' logs say more: grep {0}", id));
        }
    }

    /**
     * Throws {@link WrongUsage} if the options contradict each other, other failures if they cannot
     * be met; called before connecting.
     */
    protected void check() throws IOException, CommandFailure {}

    /** How this command connects, if not as others do. */
    protected ClientOptions adjusted(ClientOptions usual) {
        return usual;
    }

    /** Runs the command; returns the exit code. */
    protected abstract int run(TrivetClient client) throws IOException, CommandFailure;

    /** The connection, while {@link #run} is called, for a command that needs the account too. */
    protected final Remote remote() {
        return Objects.requireNonNull(remote);
    }

    /**
     * The nodes to ask: from the options of this command or its parents, else the default; empty to
     * use the profile's.
     */
    public final List<Address> seeds() {
        if (seeds != null) {
            return seeds;
        }
        List<Address> named = parent == null ? null : parent.seeds();
        return named == null ? usualSeeds(console) : named;
    }

    /** The nodes to ask if no option names any; empty to use the profile's. */
    public static List<Address> usualSeeds(Console console) {
        String words = console.environment().getOrDefault(ENVIRONMENT, "");
        return words.isBlank() ? List.of() : fromEnvironment(words);
    }

    private static List<Address> fromEnvironment(String words) {
        List<Address> found = new ArrayList<>();
        for (String word : words.split(",", -1)) {
            try {
                found.add(Address.parse(word.strip()));
            } catch (IllegalArgumentException e) {
                throw new WrongUsage(Text.of("{0}: {1}", ENVIRONMENT, ErrorMessage.reason(e)));
            }
        }
        return found;
    }
}
