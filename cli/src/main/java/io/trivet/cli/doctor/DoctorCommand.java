package io.trivet.cli.doctor;

import io.trivet.cli.node.Configuration;
import io.trivet.cli.node.NodeCommand;
import io.trivet.cli.node.SettingOptions;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.DisplayWidth;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.WrongUsage;
import io.trivet.model.Address;
import io.trivet.model.ClusterView;
import io.trivet.model.Node;
import io.trivet.node.NodeDirectory;
import io.trivet.wire.TransportSecurity;
import io.trivet.wire.credentials.JoinToken;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code trivet doctor}. */
@Command(
        name = "doctor",
        sortOptions = false,
        header = "Checks a server before and after it joins: disks, clock, port, names, limits, runtime, certificate.",
        description = {
            "",
            "Run it as the account that runs the node, with the options or the file that the node gets. Each line says ok, warn or fail, what was found, and what"
                    + " to do; with any fail the exit code is 1. It changes nothing, but for a small file that it writes and removes on each disk.",
            "",
            "  doctor --data DIR                                    a node that lives in DIR, running or not",
            "  doctor --data DIR --listen HOST:PORT                 a server that is to get a node",
            "  doctor --data DIR --listen HOST:PORT --join -        the same, asking the cluster of the token that comes on standard input, which stays good",
            ""
        })
public final class DoctorCommand implements Callable<Integer> {
    private final Console console;

    @Option(
            names = "--json",
            description = "As JSON, a line for each finding: {\"check\",\"verdict\",\"found\",\"advice\"}.")
    boolean json;

    @Option(
            names = "--join",
            paramLabel = "TOKEN",
            description = "Ask the nodes of the cluster that this token is of; - reads it from standard input.")
    @Nullable
    String token;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    boolean help;

    @Spec
    @Nullable
    CommandSpec spec;

    public DoctorCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, CommandFailure {
        Configuration configuration = SettingOptions.configuration(
                console, Objects.requireNonNull(spec).commandLine().getParseResult());
        List<CheckResult> findings = examine(configuration);
        if (json) {
            findings.forEach(checkResult -> console.say(checkResult.json()));
        } else {
            tell(findings);
        }
        return count(findings, CheckResult.Verdict.FAIL) == 0 ? ExitCode.DONE : ExitCode.FAILED;
    }

    private List<CheckResult> examine(Configuration configuration) throws IOException {
        Path data = configuration
                .data()
                .orElseThrow(
                        () -> new WrongUsage(Text.of("specify the node's present or future directory: --data DIR")));
        List<CheckResult> findings = new ArrayList<>(MachineCheck.findings());
        findings.add(synchronised(SystemClock.isSynchronised()));
        Optional<NodeDirectory> resident = NodeDirectory.of(data);
        List<Path> disks = new ArrayList<>();
        if (resident.isPresent()) {
            findings.addAll(IdentityCheck.of(resident.get(), Instant.now()));
            findings.addAll(SeatCheck.of(resident.get()));
            disks.addAll(resident.get().disks());
        } else {
            findings.add(IdentityCheck.nobody(data));
            disks.add(data);
        }
        configuration.disks().stream().filter(disk -> !disks.contains(disk)).forEach(disks::add);
        findings.addAll(new DiskCheck(disks, MountTable.ofSystem()).findings());
        findings.addAll(network(configuration.listen().or(() -> resident.map(NodeDirectory::address)), resident));
        return findings;
    }

    private List<CheckResult> network(Optional<Address> listen, Optional<NodeDirectory> resident) throws IOException {
        Optional<PeerCheck> neighbours = neighbours(resident);
        List<CheckResult> findings = new ArrayList<>();
        if (listen.isEmpty()) {
            findings.add(CheckResult.warn(
                    Text.of("port"), Text.of("not looked at"), Text.of("specify the address: --listen HOST:PORT")));
            neighbours.ifPresent(others -> findings.addAll(others.findings(null)));
            return findings;
        }
        try (PortCheck port = new PortCheck(listen.get(), resident)) {
            findings.addAll(port.findings());
            if (neighbours.isPresent()) {
                findings.addAll(neighbours.get().findings(listen.get()));
            } else if (resident.flatMap(NodeDirectory::view).isPresent()) {
                findings.add(CheckResult.ok(
                        Text.of("other nodes"), Text.of("there are none: this one is alone in its cluster")));
            } else {
                findings.add(CheckResult.warn(
                        Text.of("other nodes"),
                        Text.of("not checked: clocks and whether the others reach this server"),
                        Text.of("to check, pass a join token: --join -")));
            }
        }
        return findings;
    }

    /**
     * The other nodes, of a member or according to the join token. Empty for the first node of a
     * cluster.
     */
    private Optional<PeerCheck> neighbours(Optional<NodeDirectory> resident) throws IOException {
        if (token != null) {
            JoinToken join = JoinToken.parse(NodeCommand.readToken(console, token));
            return Optional.of(new PeerCheck(
                    join.cluster(),
                    TransportSecurity.of(join.trustSettings()),
                    join.addresses(),
                    Optional.of(join),
                    Optional.empty()));
        }
        List<Address> others = resident.flatMap(NodeDirectory::view).map(ClusterView::nodes).orElse(List.of()).stream()
                .filter(node -> !node.id().equals(resident.orElseThrow().node()))
                .map(Node::address)
                .toList();
        return others.isEmpty()
                ? Optional.empty()
                : resident.map(own -> new PeerCheck(
                        own.cluster(), own.transportSecurity(), others, Optional.empty(), own.introduction()));
    }

    private static CheckResult synchronised(Optional<Boolean> answer) {
        Text check = Text.of("clock");
        Text advice = Text.of("run chrony or systemd-timesyncd");
        if (answer.isEmpty()) {
            return CheckResult.warn(check, Text.of("the system does not say whether it follows another one"), advice);
        }
        return answer.get()
                ? CheckResult.ok(check, Text.of("it is synchronised"))
                : CheckResult.warn(check, Text.of("it is not synchronised"), advice);
    }

    private void tell(List<CheckResult> findings) {
        int width = findings.stream()
                .mapToInt(checkResult -> DisplayWidth.of(checkResult.check().in(console.language())))
                .max()
                .orElse(0);
        findings.forEach(checkResult -> checkResult.lines(width).forEach(console::say));
        long failed = count(findings, CheckResult.Verdict.FAIL);
        long warned = count(findings, CheckResult.Verdict.WARN);
        console.say(
                failed == 0 && warned == 0
                        ? Text.of("all is well: {0}", Text.count(findings.size(), "check"))
                        : Text.of(
                                "{0} failed, {1}, of {2}",
                                failed, Text.count(warned, "warning"), Text.count(findings.size(), "check")));
    }

    private static long count(List<CheckResult> findings, CheckResult.Verdict verdict) {
        return findings.stream()
                .filter(checkResult -> checkResult.verdict() == verdict)
                .count();
    }
}
