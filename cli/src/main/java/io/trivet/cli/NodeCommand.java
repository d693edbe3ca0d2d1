package io.trivet.cli;

import io.trivet.model.Address;
import io.trivet.model.ChunkSize;
import io.trivet.model.Layout;
import io.trivet.node.NodeOptions;
import io.trivet.node.Upkeep;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
            ""
        })
final class NodeCommand implements Callable<Integer> {
    private static final String STANDARD_INPUT = "-";
    private static final int MAX_SCRUB_DAYS = 365;
    private static final int MAX_CERTIFICATE_HOURS = 24 * 825;

    private final Console console;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIR",
            description = "The node's own directory: its identity, its log, and its first disk.")
    String data = "";

    @Option(
            names = "--disk",
            paramLabel = "DIR",
            description =
                    "A further disk for chunks; may be repeated. One that the node does not have yet is formatted and added.")
    List<String> disks = new ArrayList<>();

    @Option(
            names = "--forget-disk",
            paramLabel = "DIR",
            description =
                    "A further disk that is gone for good: the node no longer looks for it. Once; may be repeated.")
    List<String> forgotten = new ArrayList<>();

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            converter = AddressConverter.class,
            description = "Where it listens, and where the others find it.")
    @Nullable
    Address listen;

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
            paramLabel = "BYTES",
            description = "With --init: bytes in a chunk, a multiple of 65536; 52428800 without.")
    @Nullable
    Integer chunkSize;

    @Option(
            names = "--plaintext",
            description = "With --init: no TLS, for all the cluster's life. For networks that are trusted, and for"
                    + " measurements.")
    boolean plaintext;

    @Option(
            names = "--certificate-hours",
            paramLabel = "HOURS",
            description = "How long certificates are good that this node signs while it leads; they are renewed by"
                    + " themselves when a third is left. ${DEFAULT-VALUE} without.")
    int certificateHours = (int) Upkeep.USUAL.certificateLife().toHours();

    @Option(
            names = "--scrub-days",
            paramLabel = "DAYS",
            description = "In how many days every chunk is read and checked once; ${DEFAULT-VALUE} without.")
    int scrubDays = 30;

    @Mixin
    RepairOptions repair = new RepairOptions();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    boolean help;

    NodeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, CommandFailure {
        NodeOptions options = options();
        Logs.toStandardError();
        return new NodeProcess(console).run(options);
    }

    /** What the arguments mean; throws {@link WrongUsage} where they make no sense together. */
    NodeOptions options() throws IOException {
        if (init && token != null) {
            throw new WrongUsage("--init makes a cluster, --join enters one: choose");
        }
        if ((init || token != null) && listen == null) {
            throw new WrongUsage("a new node needs --listen HOST:PORT");
        }
        if (!init && (replicas != null || chunkSize != null || plaintext)) {
            throw new WrongUsage("--replicas, --chunk-size and --plaintext are chosen with --init");
        }
        if (certificateHours < 1 || certificateHours > MAX_CERTIFICATE_HOURS) {
            throw new WrongUsage(
                    "--certificate-hours goes from 1 to " + MAX_CERTIFICATE_HOURS + ", not " + certificateHours);
        }
        if ((init || token != null) && !forgotten.isEmpty()) {
            throw new WrongUsage("a new node has no disk to forget: --forget-disk is for one that exists");
        }
        if (scrubDays < 1 || scrubDays > MAX_SCRUB_DAYS) {
            throw new WrongUsage("--scrub-days goes from 1 to " + MAX_SCRUB_DAYS + ", not " + scrubDays);
        }
        Upkeep upkeep = new Upkeep(Upkeep.USUAL.sweepEvery(), Duration.ofDays(scrubDays), repair.settings())
                .withCertificateLife(Duration.ofHours(certificateHours));
        List<Path> more = disks.stream().map(console::local).toList();
        return new NodeOptions(console.local(data), more, Optional.ofNullable(listen), start(), upkeep);
    }

    private NodeOptions.Start start() throws IOException {
        if (init) {
            return new NodeOptions.Start.Init(
                    replicasWanted(), chunkSizeWanted(), plaintext, NodeOptions.Start.Init.USUAL_TRASH);
        }
        return token == null
                ? new NodeOptions.Start.Restart(
                        forgotten.stream().map(console::local).toList())
                : new NodeOptions.Start.Join(readToken(token));
    }

    private int replicasWanted() {
        int wanted = replicas == null ? 0 : replicas;
        if (replicas != null && (wanted < 1 || wanted > Layout.MAX_REPLICAS)) {
            throw new WrongUsage("--replicas goes from 1 to " + Layout.MAX_REPLICAS + ", not " + wanted);
        }
        return wanted;
    }

    private ChunkSize chunkSizeWanted() {
        try {
            return chunkSize == null ? ChunkSize.DEFAULT : new ChunkSize(chunkSize);
        } catch (IllegalArgumentException e) {
            throw new WrongUsage("--chunk-size: " + e.getMessage());
        }
    }

    private String readToken(String written) throws IOException {
        if (!written.equals(STANDARD_INPUT)) {
            return written;
        }
        BufferedReader lines = new BufferedReader(new InputStreamReader(console.input(), StandardCharsets.UTF_8));
        String line = lines.readLine();
        if (line == null || line.isBlank()) {
            throw new WrongUsage("--join -: no token came on standard input");
        }
        return line.strip();
    }
}
