package io.trivet.cli.node;

import io.trivet.cli.remote.ClusterCommand;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import io.trivet.model.Address;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code trivet demo}. */
@Command(
        name = "demo",
        sortOptions = false,
        header = "Runs a whole cluster on this computer, for a trial.",
        description = {
            "",
            "The nodes listen on loopback. A line that begins with \"ready\" says that a save would succeed; then, in another terminal:",
            "",
            "  trivet save big.bin",
            "  trivet load big.bin loaded.bin",
            "",
            "Ctrl-C ends it; what was saved is there again at the next start.",
            "",
            "With --processes each node is a process that can be killed, and started again:",
            "",
            "  kill -9 $(cat trivet-data/n2.pid)",
            "  trivet load big.bin loaded.bin",
            "  trivet node --data trivet-data/n2",
            ""
        })
public final class DemoCommand implements Callable<Integer> {
    static final int DEFAULT_NODES = 3;
    static final int MAX_NODES = 16;
    private static final int MAX_PORT = 65_535;

    private final Console console;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where the nodes keep their data; without, trivet-data in the folder of the program.")
    @Nullable
    String data;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            description = "How many nodes, 1 to " + MAX_NODES + "; without, as many as DIR holds, otherwise "
                    + DEFAULT_NODES + ".")
    @Nullable
    Integer nodes;

    @Option(
            names = "--port",
            paramLabel = "P",
            description =
                    "The port of the first node, the others take the next ones; without, those of before, otherwise 7777.")
    @Nullable
    Integer port;

    @Option(
            names = "--processes",
            description =
                    "Run each node in a process of its own. DIR/n0.pid holds the process id of n0, DIR/n0.log what it"
                            + " writes.")
    boolean processes;

    @Mixin
    RepairOptions repair = new RepairOptions();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    boolean help;

    public DemoCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, CommandFailure {
        check();
        Path directory = (data == null ? defaultData() : console.local(data))
                .toAbsolutePath()
                .normalize();
        DemoCluster cluster = new DemoCluster(console, directory, nodes, port, repair.settings());
        return processes ? cluster.runProcesses(repair.repairAfter) : cluster.run();
    }

    /** Throws {@link WrongUsage} for numbers out of range. */
    void check() {
        repair.settings();
        if (nodes != null && (nodes < 1 || nodes > MAX_NODES)) {
            throw new WrongUsage(Text.of("{0} goes from {1} to {2}, not {3}", "--nodes", 1, MAX_NODES, nodes));
        }
        int last = (nodes == null ? DEFAULT_NODES : nodes) - 1;
        if (port != null && (port < 1 || port + last > MAX_PORT)) {
            throw new WrongUsage(Text.of("{0} goes from {1} to {2}, not {3}", "--port", 1, MAX_PORT - last, port));
        }
    }

    /** Independent of the working directory, so that a restart finds the earlier data. */
    private Path defaultData() {
        String root = System.getProperty("trivet.root", "");
        return root.isEmpty() ? console.local("trivet-data") : Path.of(root, "trivet-data");
    }

    /** The address of node {@code number} on loopback. */
    static Address loopback(int firstPort, int number) {
        return new Address(ClusterCommand.DEFAULT.host(), firstPort + number);
    }
}
