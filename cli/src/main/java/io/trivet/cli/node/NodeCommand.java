package io.trivet.cli.node;

import ch.qos.logback.classic.Level;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.terminal.Logs;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ErrorMessage;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.Units;
import io.trivet.cli.text.WrongUsage;
import io.trivet.model.Address;
import io.trivet.model.ChunkSize;
import io.trivet.model.Layout;
import io.trivet.model.NodeId;
import io.trivet.node.NodeOptions;
import io.trivet.wire.credentials.TrustSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code trivet node}. */
@Command(
        name = "node",
        sortOptions = false,
        header = "Runs a node of a cluster.",
        description = {
            "",
            "It prints a line that begins with \"ready\" when it serves; Ctrl-C or SIGTERM ends it.",
            "",
            "  node --data DIR --listen HOST:PORT --init         the first node of a new cluster",
            "  node --data DIR --listen HOST:PORT --join -       a new node of the cluster where `trivet token`"
                    + " printed the line that comes on standard input",
            "  node --data DIR                                   the node that DIR holds, again",
            "  node                                              the same, as a file of settings says",
            "",
            "Whatever is a setting can stand in that file instead of here; `trivet config show` prints what is in force.",
            ""
        })
public final class NodeCommand implements Callable<Integer> {
    private static final String STANDARD_INPUT = "-";

    private final Console console;

    @Option(
            names = "--forget-disk",
            paramLabel = "DIR",
            description =
                    "A further disk that will not come back: the node no longer looks for it. Needed once; may be repeated.")
    List<String> forgotten = new ArrayList<>();

    @Option(
            names = "--peer",
            paramLabel = "NODE=HOST:PORT",
            description =
                    "The present address of another node, if servers got other addresses while no majority of the masters was up. Needed only once; may be repeated.")
    List<String> peers = new ArrayList<>();

    @Option(
            names = "--authority",
            paramLabel = "AUTHORITY",
            description =
                    "The authority to trust, as in a profile: for a node that was off while the cluster's keys were changed. Needed only once.")
    @Nullable
    String authority;

    @Option(names = "--init", description = "Make a new cluster.")
    boolean init;

    @Option(
            names = "--join",
            paramLabel = "TOKEN",
            description =
                    "Join a cluster; - reads the token from standard input, so that no list of processes shows it.")
    @Nullable
    String token;

    @Option(
            names = "--replicas",
            paramLabel = "R",
            description =
                    "With --init: how many nodes hold each chunk; without, 1 while alone and 2 from the second node"
                            + " on.")
    @Nullable
    Integer replicas;

    @Option(
            names = "--chunk-size",
            paramLabel = "SIZE",
            description = "With --init: how much is in a chunk, a multiple of 64KiB; 50MiB without.")
    @Nullable
    String chunkSize;

    @Option(
            names = "--plaintext",
            description = "With --init: no TLS, for all the cluster's life. For networks that are trusted, and for"
                    + " measurements.")
    boolean plaintext;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    boolean help;

    @Spec
    @Nullable
    CommandSpec spec;

    public NodeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, CommandFailure {
        Configuration configuration = SettingOptions.configuration(
                console, Objects.requireNonNull(spec).commandLine().getParseResult());
        NodeOptions options = options(configuration);
        Optional<S3Settings> s3 = configuration.s3();
        Logs.toStandardError(logs(configuration));
        return new NodeProcess(console).run(options, s3);
    }

    /** Converts the arguments; throws {@link WrongUsage} if they contradict each other. */
    NodeOptions options(Configuration configuration) throws IOException {
        boolean born = init || token != null;
        Path data = configuration
                .data()
                .orElseThrow(() -> new WrongUsage(
                        Text.of("specify the node's directory: --data DIR, or a file with the line data = DIR")));
        if (init && token != null) {
            throw new WrongUsage(Text.of("use --init (new cluster) or --join (existing cluster), not both"));
        }
        if (born && configuration.listen().isEmpty()) {
            throw new WrongUsage(Text.of("a new node needs --listen HOST:PORT"));
        }
        if (!init && (replicas != null || chunkSize != null || plaintext)) {
            throw new WrongUsage(Text.of("--replicas, --chunk-size and --plaintext are chosen with --init"));
        }
        if (born && !forgotten.isEmpty()) {
            throw new WrongUsage(Text.of("a new node has no disk to forget: --forget-disk is for one that exists"));
        }
        if (born && authority != null) {
            throw new WrongUsage(
                    Text.of("--authority is for an existing node: a new node learns the authority when it joins"));
        }
        if (born && !peers.isEmpty()) {
            throw new WrongUsage(Text.of("a new node learns where the others are: --peer is for one that exists"));
        }
        return new NodeOptions(data, configuration.disks(), configuration.listen(), start(), configuration.upkeep())
                .withHttp(configuration.http());
    }

    private static Logs.Settings logs(Configuration configuration) {
        return new Logs.Settings(
                configuration.log(NodeSetting.LOG_FORMAT).orElseThrow().equals("json"),
                Level.toLevel(configuration.log(NodeSetting.LOG_LEVEL).orElseThrow()),
                switch (configuration.log(NodeSetting.LOG_REQUESTS).orElseThrow()) {
                    case "none" -> Level.OFF;
                    case "all" -> Level.DEBUG;
                    default -> Level.INFO;
                });
    }

    private NodeOptions.Start start() throws IOException {
        if (init) {
            return new NodeOptions.Start.Init(
                    replicasWanted(), chunkSizeWanted(), plaintext, NodeOptions.Start.Init.USUAL_TRASH);
        }
        return token == null
                ? new NodeOptions.Start.Restart(
                        forgotten.stream().map(console::local).toList(), peers(), believed())
                : new NodeOptions.Start.Join(readToken(console, token));
    }

    private Optional<TrustSettings> believed() {
        try {
            return Optional.ofNullable(authority).map(TrustSettings::parse);
        } catch (IllegalArgumentException e) {
            throw new WrongUsage(Text.of("{0}: {1}", "--authority", ErrorMessage.reason(e)));
        }
    }

    private Map<NodeId, Address> peers() {
        Map<NodeId, Address> addresses = new TreeMap<>();
        for (String peer : peers) {
            int equals = peer.indexOf('=');
            if (equals < 0) {
                throw new WrongUsage(Text.of("--peer takes NODE=HOST:PORT, such as n2=10.0.0.5:7100, not {0}", peer));
            }
            try {
                addresses.put(NodeId.parse(peer.substring(0, equals)), Address.parse(peer.substring(equals + 1)));
            } catch (IllegalArgumentException e) {
                throw new WrongUsage(Text.of("{0}: {1}", "--peer", ErrorMessage.reason(e)));
            }
        }
        return addresses;
    }

    private int replicasWanted() {
        int wanted = replicas == null ? 0 : replicas;
        if (replicas != null && (wanted < 1 || wanted > Layout.MAX_REPLICAS)) {
            throw new WrongUsage(
                    Text.of("{0} goes from {1} to {2}, not {3}", "--replicas", 1, Layout.MAX_REPLICAS, wanted));
        }
        return wanted;
    }

    private ChunkSize chunkSizeWanted() {
        try {
            return chunkSize == null ? ChunkSize.DEFAULT : new ChunkSize(Math.toIntExact(Units.bytes(chunkSize)));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new WrongUsage(Text.of("{0}: {1}", "--chunk-size", ErrorMessage.reason(e)));
        }
    }

    /** The token itself; {@code -} reads it from standard input. */
    public static String readToken(Console console, String written) throws IOException {
        if (!written.equals(STANDARD_INPUT)) {
            return written;
        }
        if (console.isTerminal(Console.Stream.IN)) {
            console.complain(Text.of("paste the token here, the line that `trivet token` printed, and press Enter:"));
        }
        BufferedReader lines = new BufferedReader(new InputStreamReader(console.input(), StandardCharsets.UTF_8));
        String line = lines.readLine();
        if (line == null || line.isBlank()) {
            throw new WrongUsage(Text.of("--join -: no token came on standard input"));
        }
        return line.strip();
    }
}
